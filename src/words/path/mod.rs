//! stub
use crate::{model::Scenario, plan::Plan, simulate::Replay};
pub fn path(_: &Scenario, _: &Plan, _: &Replay) -> String {
    String::new()
}
pub fn path_json(_: &Scenario, _: &Plan, _: &Replay) -> serde_json::Value {
    serde_json::Value::Null
}
