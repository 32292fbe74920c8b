//! What a warrant buys.

use super::objects::{Mechanism, Numeric, WarrantIssuance};
use super::problem::{Origin, Problems};

/// The class a warrant is exercised into and for how many shares. Only a number of shares fixed beforehand can be said.
pub(super) fn shares<'a>(
    origin: &Origin,
    warrant: &'a WarrantIssuance,
    problems: &mut Problems,
) -> Option<(&'a str, Numeric)> {
    let mut found: Option<(&str, Numeric)> = None;
    for trigger in &warrant.exercise_triggers {
        let right = &trigger.conversion_right;
        let Mechanism::FixedAmountConversion { converts_to_quantity } = &right.conversion_mechanism else {
            let reason = format!("is exercised by {}", right.conversion_mechanism.name());
            problems.unmapped(
                origin,
                &reason,
                "only a fixed number of shares can be said, FIXED_AMOUNT_CONVERSION",
            );
            return None;
        };
        let Some(class) = right.converts_to_stock_class_id.as_deref() else {
            let help = "only a warrant on common stock that exists can be said";
            problems.unmapped(origin, "names no class it is exercised into", help);
            return None;
        };
        if found.is_some_and(|known| known != (class, *converts_to_quantity)) {
            problems.unmapped(origin, "has triggers with different rights", "keep the one that counts");
            return None;
        }
        found = Some((class, *converts_to_quantity));
    }
    let Some((class, quantity)) = found else {
        problems.contradiction(origin, "has no exercise_triggers", "add what it is exercised into");
        return None;
    };
    if warrant.quantity.is_some_and(|stated| stated.0 != quantity.0) {
        problems.contradiction(
            origin,
            "its quantity is not what its trigger converts to",
            "correct one of them",
        );
    }
    Some((class, quantity))
}
