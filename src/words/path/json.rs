//! The facts of a path for a program.

use serde_json::{Map, Value, json};

use super::Telling;
use super::cash::Payment;
use super::draws::{Draw, DrawKind};
use crate::contract::{Cap, ConversionTerms, PriceBasis};
use crate::model::{CapCondition, Decider, Measure, Scenario, Unit};
use crate::number::Exact;
use crate::plan::{Choice, Plan};
use crate::simulate::{Clause, Event, EventKind, Note, Reason, Replay, Share};
use crate::words::teller::Teller;

/// The replay of one path as JSON: the facts of [`super::path`] with every digit.
///
/// Exact decimals are strings (`null` beyond 28 digits); numbers drawn or computed in fast arithmetic are JSON
/// numbers. Days are `YYYY-MM-DD`; every `t` is in years of 365.25 days after the valuation date. Money is in
/// the deal's currency, rates are fractions.
///
/// * `path`, `scenario`, `currency`, `valuation_date`, `horizon`, `measure`, `required_return`
/// * `draws`: `name`, `kind` and by kind: `variable` (`unit`, `values`), `shock` (`normal`), `chance`
///   (`uniform`, `probability`; it happens if the uniform exceeds 1 − probability), `wait` (`uniform`, `hazard`)
/// * `events`: `date`, `t`, `kind`, `round` (from 1) or `milestone` (name), `company_value` (without the deal's
///   own money; a round's pre-money valuation, a sale's price), `new_money`
/// * `clauses`: `date`, `t`, `instrument` and `tranche` (`null` where the whole company is meant), `clause` and
///   its facts under the names of [`Clause`]'s fields
/// * `cash`: `date`, `t`, `instrument`, `tranche`, `counted` (whether it is the investor's), `reason`, `amount`
///   (negative is paid in), `discount_factor`, `present_value`
/// * `totals`: `invested`, `received`, `moic`, `present_value_exact`, `present_value_fast`, `difference` (fast
///   less exact), `strategic_present_value`
/// * `ends`: `instrument`, `tranche`, `branch` (its id), `label`, `date` and `t` (`null` if never funded)
#[must_use]
pub fn path_json(scenario: &Scenario, plan: &Plan, replay: &Replay) -> Value {
    let telling = Telling { teller: Teller::new(scenario), plan, replay };
    let deal = &scenario.deal;
    let events = replay.events.iter().map(|event| telling.event_json(event));
    let clauses = replay.notes.iter().map(|note| telling.note_json(note));
    json!({
        "path": replay.path,
        "scenario": deal.title,
        "currency": deal.currency,
        "valuation_date": deal.valuation_date.to_string(),
        "horizon": deal.horizon.to_string(),
        "measure": match scenario.measure {
            Measure::RealWorld => "real_world",
            Measure::RiskNeutral => "risk_neutral",
        },
        "required_return": scenario.discounting.required_return.normalize().to_string(),
        "draws": telling.all_draws().iter().map(draw_json).collect::<Value>(),
        "events": events.collect::<Value>(),
        "clauses": clauses.collect::<Value>(),
        "cash": telling.payments().iter().map(|payment| telling.payment_json(payment)).collect::<Value>(),
        "totals": telling.totals_json(),
        "ends": telling.ends_json(),
    })
}

/// An exact decimal in all its digits.
fn exact(value: Exact) -> Value {
    value.value().map_or(Value::Null, |value| Value::from(value.normalize().to_string()))
}

fn draw_json(Draw { name, kind }: &Draw) -> Value {
    match kind {
        DrawKind::Variable { unit: what, values } => {
            json!({ "name": name, "kind": "variable", "unit": unit(*what), "values": values })
        }
        DrawKind::Shock { normal } => json!({ "name": name, "kind": "shock", "normal": normal }),
        DrawKind::Chance { uniform, probability } => {
            json!({ "name": name, "kind": "chance", "uniform": uniform, "probability": probability })
        }
        DrawKind::Wait { uniform, hazard } => {
            json!({ "name": name, "kind": "wait", "uniform": uniform, "hazard": hazard })
        }
    }
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Fraction => "fraction",
        Unit::Multiple => "multiple",
        Unit::Years => "years",
        Unit::Date => "years after the valuation date",
        Unit::Number => "number",
    }
}

impl Telling<'_> {
    fn event_json(&self, &Event { t, kind, value, new_money }: &Event) -> Value {
        let (name, mut which) = match kind {
            EventKind::Round(number) => ("round", json!({ "round": number + 1 })),
            EventKind::Ipo => ("ipo", json!({})),
            EventKind::Sale => ("sale", json!({})),
            EventKind::Failure => ("failure", json!({})),
            EventKind::Reached(id) => ("milestone_reached", self.milestone_json(id)),
            EventKind::Missed(id) => ("milestone_missed", self.milestone_json(id)),
            EventKind::Lost(id) => ("milestone_lost", self.milestone_json(id)),
            EventKind::Horizon => ("horizon", json!({})),
        };
        let mut event = json!({ "date": self.day(t).to_string(), "t": t, "kind": name });
        append(&mut event, &mut which);
        append(&mut event, &mut json!({ "company_value": value, "new_money": new_money }));
        event
    }

    fn milestone_json(&self, id: usize) -> Value {
        json!({ "milestone": self.scenario().milestones[id].name })
    }

    fn note_json(&self, &Note { t, tranche, clause }: &Note<Exact>) -> Value {
        let (name, mut facts) = self.table_json(clause).unwrap_or_else(|| clause_json(clause));
        let (instrument, tranche) = tranche.map(|tranche| self.names(tranche)).unzip();
        let mut note = json!({
            "date": self.day(t).to_string(), "t": t, "instrument": instrument, "tranche": tranche, "clause": name,
        });
        append(&mut note, &mut facts);
        note
    }

    fn payment_json(&self, &Payment { flow, counted, discount_factor, present_value }: &Payment) -> Value {
        let (instrument, tranche) = self.names(flow.tranche);
        let reason = match flow.reason {
            Reason::Funding => "funding",
            Reason::Interest => "interest",
            Reason::Repayment => "repayment",
            Reason::SaleProceeds => "sale_proceeds",
            Reason::SharesSold => "shares_sold",
            Reason::Payouts => "payouts",
            Reason::Recovery => "recovery",
            Reason::HorizonMark => "horizon_mark",
        };
        json!({
            "date": self.day(flow.t).to_string(),
            "t": flow.t,
            "instrument": instrument,
            "tranche": tranche,
            "counted": counted,
            "reason": reason,
            "amount": exact(flow.amount),
            "discount_factor": discount_factor,
            "present_value": exact(present_value),
        })
    }

    fn totals_json(&self) -> Value {
        let result = &self.replay.exact;
        json!({
            "invested": exact(result.invested),
            "received": exact(result.received),
            "moic": self.moic().map_or(Value::Null, exact),
            "present_value_exact": exact(result.present_value),
            "present_value_fast": self.replay.fast.present_value,
            "difference": self.difference(),
            // No flow at all sums to a negative zero.
            "strategic_present_value": self.replay.strategic + 0.0,
        })
    }

    fn ends_json(&self) -> Value {
        let end = |(tranche, end): (usize, &crate::simulate::TrancheEnd)| {
            let (instrument, tranche) = self.names(tranche);
            let t = end.t.is_finite().then_some(end.t);
            json!({
                "instrument": instrument,
                "tranche": tranche,
                "branch": end.branch.id(),
                "label": end.branch.label(),
                "date": t.map(|t| self.day(t).to_string()),
                "t": t,
            })
        };
        self.replay.ends.iter().enumerate().map(end).collect()
    }
}

/// Moves the members of one object to the end of another.
pub(super) fn append(object: &mut Value, more: &mut Value) {
    let mut nothing = Map::new();
    object.as_object_mut().unwrap_or(&mut nothing).append(more.as_object_mut().unwrap_or(&mut Map::new()));
}

fn weighed_json(decider: Decider, choice: Choice, gain: Option<Exact>, acted: bool) -> Value {
    let decider = match decider {
        Decider::Investor => "investor",
        Decider::Company => "company",
    };
    let choice = match choice {
        Choice::Fund => "fund",
        Choice::Convert => "convert_early",
        Choice::Extend => "extend",
    };
    let mut weighed = json!({ "decided_by": decider, "choice": choice, "acted": acted });
    append(&mut weighed, &mut gain.map_or_else(|| json!({}), |gain| facts(&[("gain", gain)])));
    weighed
}

/// A clause's name and facts.
fn clause_json(clause: Clause<Exact>) -> (&'static str, Value) {
    match clause {
        Clause::Funded { amount, company_value } => {
            ("funded", facts(&[("amount", amount), ("company_value", company_value)]))
        }
        Clause::Declined { company_value } => ("declined", facts(&[("company_value", company_value)])),
        Clause::Lapsed { shut } => ("lapsed", json!({ "milestone_out_of_reach": shut })),
        Clause::Bought { price, agreed, company_value, debt, shares, total_shares } => {
            let mut bought = json!({ "agreed": agreed });
            let rest = [("price", price), ("company_value", company_value), ("debt", debt)];
            append(&mut bought, &mut facts(&rest));
            append(&mut bought, &mut facts(&[("shares", shares), ("total_shares", total_shares)]));
            ("bought", bought)
        }
        Clause::Owed { principal, interest, rate, from, until } => {
            let mut owed = facts(&[("principal", principal), ("interest", interest), ("rate", rate)]);
            append(&mut owed, &mut json!({ "from": from.to_string(), "until": until.to_string() }));
            ("owed", owed)
        }
        Clause::InterestPaid { interest } => ("interest_paid", facts(&[("interest", interest)])),
        Clause::Priced {
            company_value,
            debt,
            new_money,
            shares_before,
            new_shares,
            pool_increase,
            total_shares,
            price,
        } => {
            let sums = [("company_value", company_value), ("debt", debt), ("new_money", new_money)];
            let counts = [
                ("shares_before", shares_before),
                ("new_shares", new_shares),
                ("pool_increase", pool_increase),
                ("total_shares", total_shares),
            ];
            let mut priced = facts(&sums);
            append(&mut priced, &mut facts(&counts));
            append(&mut priced, &mut facts(&[("price", price)]));
            ("priced", priced)
        }
        Clause::Converted { claim, terms, price, basis, shares, fraction } => {
            let mut converted =
                facts(&[("claim", claim), ("price", price), ("shares", shares), ("fraction", fraction)]);
            append(&mut converted, &mut terms_json(terms, basis));
            ("converted", converted)
        }
        Clause::ConvertedAsAgreed { claim, valuation, outstanding, together, shares, total_shares } => {
            let mut converted =
                facts(&[("claim", claim), ("outstanding", outstanding), ("together", together)]);
            append(&mut converted, &mut facts(&[("shares", shares), ("total_shares", total_shares)]));
            append(&mut converted, &mut json!({ "valuation": cap_json(valuation) }));
            ("converted_as_agreed", converted)
        }
        Clause::KeptDebt => ("kept_debt", json!({})),
        Clause::CannotConvert => ("cannot_convert", json!({})),
        Clause::Extended { until } => ("extended", json!({ "until": until.to_string() })),
        Clause::Weighed { decider, choice, gain, acted } => {
            ("weighed", weighed_json(decider, choice, gain, acted))
        }
        Clause::NotExtended { company_value } => ("not_extended", facts(&[("company_value", company_value)])),
        Clause::CapNotApplied { condition, measure } => {
            let (measured, level) = match condition {
                CapCondition::PreMoneyBelow(level) => ("pre_money", level),
                CapCondition::NewMoneyBelow(level) => ("new_money", level),
            };
            ("cap_not_applied", facts(&[(measured, measure), ("only_below", level)]))
        }
        Clause::Compared { repaid, can_pay, recovered, expected, as_converted } => {
            let mut compared = facts(&[("repaid", repaid), ("can_pay", can_pay), ("recovered", recovered)]);
            append(&mut compared, &mut facts(&[("expected", expected), ("as_converted", as_converted)]));
            ("compared", compared)
        }
        Clause::Repaid { claim, company_value, paid } => {
            ("repaid", facts(&[("claim", claim), ("company_value", company_value), ("paid", paid)]))
        }
        Clause::Defaulted { claim, recovery, company_value, paid } => {
            let rest =
                [("claim", claim), ("recovery", recovery), ("company_value", company_value), ("paid", paid)];
            ("defaulted", facts(&rest))
        }
        Clause::SharesSold { company_value, debt, total_shares, price, shares } => {
            let mut sold =
                facts(&[("company_value", company_value), ("debt", debt), ("total_shares", total_shares)]);
            append(&mut sold, &mut facts(&[("price", price), ("shares", shares)]));
            ("shares_sold", sold)
        }
        Clause::Distributed { proceeds, other_shares, per_share } => {
            let rest = [("proceeds", proceeds), ("other_shares", other_shares), ("per_share", per_share)];
            ("distributed", facts(&rest))
        }
        Clause::Waterfall { debt, equity } => {
            ("waterfall", json!({ "debt": share_json(debt), "equity": share_json(equity) }))
        }
        Clause::Failed { claim, recovery, paid } => {
            ("failed", facts(&[("claim", claim), ("recovery", recovery), ("paid", paid)]))
        }
        // The rest is about classes, and told with their names.
        _ => ("", json!({})),
    }
}

pub(super) fn facts(facts: &[(&str, Exact)]) -> Value {
    facts.iter().map(|(name, value)| ((*name).to_owned(), exact(*value))).collect::<Map<_, _>>().into()
}

fn share_json(Share { claim, shares, payout }: Share<Exact>) -> Value {
    facts(&[("claim", claim), ("shares", shares), ("payout", payout)])
}

fn terms_json(
    ConversionTerms { discount, cap, stacked }: ConversionTerms<Exact>,
    basis: PriceBasis,
) -> Value {
    let basis = match basis {
        PriceBasis::RoundPrice => "round_price",
        PriceBasis::Discount => "discount",
        PriceBasis::Cap => "cap",
    };
    json!({ "basis": basis, "discount": exact(discount), "cap": cap_json(cap), "stacked": stacked })
}

fn cap_json(cap: Cap<Exact>) -> Value {
    let (basis, amount) = match cap {
        Cap::None => return Value::Null,
        Cap::PostMoney(amount) => ("post_money", amount),
        Cap::PreMoney(amount) => ("pre_money", amount),
        Cap::Over(amount, _) => ("counted_shares", amount),
        Cap::FixedPrice(amount) => ("per_share", amount),
    };
    json!({ "amount": exact(amount), "basis": basis })
}
