use super::path::certain;
use crate::model::{Process, Sale};
use crate::number::Decimal;
use crate::plan::Plan;
use crate::simulate::fixture::{hazard, known, scenario};
use crate::simulate::replay;
use crate::words::path;

#[test]
fn no_line_is_wider_than_110_columns() {
    let mut deal = scenario();
    deal.sale = Some(Sale { clock: hazard(30), premium: None, ipo_instead: Vec::new() });
    deal.company.value_today = crate::model::Number::Known(Decimal::from(380_000_000_000_i64));
    deal.company.fully_diluted_shares = Decimal::from(1_000_000_000);
    deal.company.process = Process::Gbm { drift: known(10), volatility: known(1_00) };
    deal.deal.title =
        "A deal whose title alone is as long as a line may be, and then some, so that it must be broken \
                       somewhere, as titles should not be"
            .into();
    deal.instruments[0].name =
        "convertible_promissory_notes_of_the_second_amended_and_restated_agreement".repeat(2);
    let again = deal.instruments[0].tranches[0].clone();
    deal.instruments[0].tranches.push(again);
    let plan = Plan::new(&deal).unwrap();
    for number in 0..200 {
        let text = path(&deal, &plan, &replay(&plan, number));
        for line in text.lines() {
            assert!(line.chars().count() <= 110, "{line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn a_path_is_told_the_same_each_time() {
    let deal = certain();
    let plan = Plan::new(&deal).unwrap();
    let told = || path(&deal, &plan, &replay(&plan, 3));
    assert_eq!(told(), told());
    assert!(told().starts_with("Path 3 of \"Test\"\n"));
}
