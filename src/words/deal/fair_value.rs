//! What a fair value rests on, retold.

use super::life::VALUATION_DATE;
use super::{Paragraph, Teller, figures};
use crate::model::{CreditModel, Failure, FairValue, Unit};

impl Teller<'_> {
    pub(super) fn fair_value(&self, fair_value: &FairValue) -> Paragraph {
        let FairValue { risk_free, payout_yield, volatility, credit } = fair_value;
        let zero = |years: f64| yearly(risk_free.log_growth(years) / years);
        let rates = risk_free.flat_rate().map_or_else(
            || {
                format!(
                    "Riskless zero rates are {} for 1 year, {} for 5 years and {} for 10 years; forward rates are \
                     constant in between.",
                    zero(1.0),
                    zero(5.0),
                    zero(10.0)
                )
            },
            |rate| format!("The riskless rate is {} a year for all terms.", yearly(rate)),
        );
        let mut lines = vec![
            "Beside the values as expected there are fair values under the risk-neutral measure: the company's discounted \
             value is a martingale, and cash is discounted at riskless rates. Clocks keep their laws and are independent \
             of the company's value."
                .to_owned(),
            rates,
        ];
        if *payout_yield > 0.0 {
            lines.push(format!(
                "{} of the company's value is paid out to shareholders a year.",
                yearly(*payout_yield)
            ));
        }
        lines.extend(volatility.map(|volatility| {
            format!("The volatility of its value is {} there.", self.number(volatility, Unit::Fraction))
        }));
        lines.push(match credit {
            CreditModel::Hazard(Failure { clock, recovery }) => format!(
                "Credit model: hazard. The company fails {}; lenders then recover {}. Until then its value grows by what \
                 makes up for that.",
                self.clock(clock, VALUATION_DATE),
                self.number(*recovery, Unit::Fraction)
            ),
            CreditModel::Structural => "Credit model: structural. The company does not fail by itself; debt is not paid \
                 in full where the company is worth less than what falls due."
                .to_owned(),
            CreditModel::CashSpread(spread) => format!(
                "Credit model: cash spread (Tsiveriotis and Fernandes). Money paid on debt is discounted by {} a year \
                 more; shares are not, and the company does not fail.",
                yearly(*spread)
            ),
            CreditModel::BondAndOption(spread) => format!(
                "Credit model: bond and option. Money paid on debt, and debt given up for shares, is discounted by {} a \
                 year more; the option to exchange it is riskless, and the company does not fail.",
                yearly(*spread)
            ),
        });
        Paragraph::new("Fair value", lines)
    }
}

/// A continuously compounded rate as a percentage a year, compounded annually, as the file may have written it.
fn yearly(log_rate: f64) -> String {
    format!("{}%", figures::as_written(libm::round(1e11 * libm::expm1(log_rate)) / 1e9))
}
