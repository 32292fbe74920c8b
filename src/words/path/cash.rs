//! The cash of a path, discounted, and its totals.

use super::{Telling, figures, layout};
use crate::model::Measure;
use crate::number::{Amount, Exact};
use crate::simulate::{Flow, Reason, discount_factor};

/// One payment with its present value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Payment {
    pub(super) flow: Flow<Exact>,
    /// Whether it is the investor's and so counted.
    pub(super) counted: bool,
    /// What a unit of money on that day is worth on the valuation date: (1 + required return)^−t, or at riskless rates.
    pub(super) discount_factor: f64,
    pub(super) present_value: Exact,
}

impl Telling<'_> {
    /// All payments in order of time, as [`crate::simulate::path_result`] discounts them.
    pub(super) fn payments(&self) -> Vec<Payment> {
        let payment = |flow: &Flow<Exact>| {
            let branch = self.replay.ends[flow.tranche].branch;
            let discount_factor = discount_factor(&self.plan.exact_terms, flow, branch);
            Payment {
                flow: *flow,
                counted: self.plan.terms.is_valued(flow.tranche),
                discount_factor,
                present_value: flow.amount * Exact::from_f64(discount_factor),
            }
        };
        self.replay.flows.iter().map(payment).collect()
    }

    /// Cash received over cash paid in; none if nothing was paid in.
    pub(super) fn moic(&self) -> Option<Exact> {
        let result = &self.replay.exact;
        (result.invested > Exact::ZERO).then(|| result.received.div_or(result.invested, Exact::ZERO))
    }

    /// What fast arithmetic misses.
    pub(super) fn difference(&self) -> f64 {
        self.replay.fast.present_value - self.replay.exact.present_value.to_f64()
    }

    fn difference_told(&self) -> String {
        let difference = self.difference();
        if difference == 0.0 { "none".to_owned() } else { minus(&format!("{difference:.1e}")) }
    }

    pub(super) fn cash(&self, page: &mut layout::Page) {
        page.heading("Cash (negative is paid in)");
        let titles = ["date", "tranche", "for", "amount", "discount factor", "present value"];
        let mut rows = vec![titles.map(str::to_owned).to_vec()];
        for Payment { flow, counted, discount_factor, present_value } in self.payments() {
            let value = if counted { self.cents(present_value) } else { "not counted".to_owned() };
            rows.push(vec![
                self.day(flow.t).to_string(),
                self.tranche(flow.tranche),
                reason(flow.reason).to_owned(),
                self.cents(flow.amount),
                figures::shares(Exact::from_f64(discount_factor)),
                value,
            ]);
        }
        page.table(&rows, 3);
    }

    pub(super) fn totals(&self, page: &mut layout::Page) {
        page.heading(&format!("Totals of {}", self.scenario().deal.investor));
        let result = &self.replay.exact;
        let moic = self.moic().map_or_else(|| "–".to_owned(), |moic| format!("{}x", figures::shares(moic)));
        let discounted = match self.scenario().measure {
            Measure::RealWorld => {
                format!(
                    "present value at {} a year",
                    figures::rate(self.scenario().discounting.required_return)
                )
            }
            Measure::RiskNeutral => "present value at riskless rates".to_owned(),
        };
        let digits = |value: Exact| value.value().map_or_else(|| figures::shares(value), figures::number);
        let mut rows = vec![
            vec!["invested".to_owned(), self.cents(result.invested)],
            vec!["received, with the mark at the horizon".to_owned(), self.cents(result.received)],
            vec!["multiple of the money invested (MOIC)".to_owned(), moic],
            vec![format!("{discounted}, exact"), digits(result.present_value)],
            vec![
                "the same in fast arithmetic".to_owned(),
                figures::as_written(self.replay.fast.present_value),
            ],
            vec!["difference".to_owned(), self.difference_told()],
        ];
        if !self.scenario().strategic.is_empty() {
            let value = self.cents(figures::sampled(self.replay.strategic));
            rows.push(vec!["present value of the commercial flows, apart".to_owned(), value]);
        }
        page.table(&rows, 1);
    }
}

/// A true minus in front; the hyphen of an exponent stays.
fn minus(text: &str) -> String {
    text.strip_prefix('-').map_or_else(|| text.to_owned(), |digits| format!("−{digits}"))
}

/// What a payment is for.
fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Funding => "funding",
        Reason::Interest => "interest",
        Reason::Repayment => "repayment",
        Reason::SaleProceeds => "sale of the company",
        Reason::SharesSold => "shares sold",
        Reason::Payouts => "payouts on the shares, reinvested",
        Reason::Recovery => "recovery",
        Reason::HorizonMark => "mark at the horizon, not cash",
    }
}
