//! What a note is owed when the company is sold before it has converted.

use crate::number::Amount;

/// `principal_multiple` times the original principal, plus the interest accrued, once.
///
/// The multiple is of the total, not a premium: 1 repays the principal, 2.5 pays what "a premium of 1.5x"
/// promises on top of repayment. It never multiplies interest, nor interest that PIK has added to the
/// principal. Against the value as converted the holder chooses with [`super::better_of`], or within a
/// waterfall by being a class with shares and this claim.
///
/// Source: Fenwick convertible note form, change of control.
#[must_use]
pub fn change_of_control_claim<A: Amount>(original_principal: A, interest: A, principal_multiple: A) -> A {
    principal_multiple * original_principal + interest
}

/// `multiple` times principal and accrued interest together, in total: 2 pays both twice over.
///
/// Source: note purchase agreements that promise "two times the outstanding principal and accrued interest"; where the
/// multiple is meant of the principal only, see [`change_of_control_claim`].
#[must_use]
pub fn change_of_control_claim_on_both<A: Amount>(principal: A, interest: A, multiple: A) -> A {
    multiple * (principal + interest)
}
