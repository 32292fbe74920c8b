//! Discounts of a common share, side by side.

use super::{AllocationClass, AllocationError, Discount, Discounts, Request};
use crate::pricing::RangeError;
use crate::pricing::lack_of_marketability::{
    average_strike_put, chaffe, finnerty, ghaidarov, longstaff_bound,
};

/// What five methods take off a common share that cannot be sold for so many years, at the company's volatility.
///
/// Sources: [`crate::pricing::lack_of_marketability`].
pub(super) fn discounts(
    request: &Request,
    years: f64,
    classes: &[AllocationClass],
) -> Result<Discounts, AllocationError> {
    let common = classes.iter().find(|class| class.kind == "common").and_then(|class| class.per_share);
    let per_share = common.ok_or(AllocationError::NoCommon)?;
    let volatility = request.volatility;
    let row = |method: &'static str, found: Result<f64, RangeError>| Discount {
        method,
        discount: found.ok(),
        per_share: found.ok().filter(|discount| *discount < 1.0).map(|discount| per_share * (1.0 - discount)),
        reason: found.err().map(|error| error.to_string()),
    };
    let methods = vec![
        row("chaffe", chaffe(volatility, years, request.rate, 0.0)),
        row("finnerty_2012", finnerty(volatility, years, 0.0)),
        row("ghaidarov_2009", ghaidarov(volatility, years, 0.0)),
        row("average_strike_put", average_strike_put(volatility, years, 0.0)),
        row("longstaff_bound", longstaff_bound(volatility, years)),
    ];
    Ok(Discounts { years, volatility, per_share, methods })
}
