//! The capital structure on the valuation date, for the exact tables: what is outstanding, without a future.

use std::path::Path;

use super::checks::{self, place_below};
use super::deal::Head;
use super::decoder::Decoder;
use super::names;
use super::world::{ipo_instead, sale_costs, shares};
use super::{Market, Structure, deal, fair_value, instruments, rounds, section};
use crate::capital::{ALL_HOLDERS, buy, is_outstanding, renumbered};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Place, Sources};
use crate::model::{
    CapAmount, CapitalStructure, Capitalization, Equity, EquityPrice, Holding, Instrument, Kind,
    MostFavoured, Number, Safe, SaleCosts,
};
use crate::number::Decimal;
use crate::scenario::context::{Context, Purpose};
use crate::scenario::language;
use crate::scenario::reader::TableReader;
use crate::scenario::tree::{Document, Node};

/// Sections and keys that say what may happen: a file with one of them is meant to be simulated.
const FUTURE: [&[&str]; 17] = [
    &["deal", "horizon"],
    &["simulation"],
    &["discounting"],
    &["correlations"],
    &["company", "value"],
    &["factors"],
    &["financing_rounds"],
    &["milestones"],
    &["exit", "ipo"],
    &["exit", "sale", "probability"],
    &["exit", "sale", "when"],
    &["exit", "sale", "hazard"],
    &["exit", "sale", "hazard_steps"],
    &["failure"],
    &["strategic"],
    &["cases"],
    &["checks"],
];

/// Whether a scenario says anything about the future.
pub(super) fn has_future(root: &Node) -> bool {
    let there = |path: &&[&str]| {
        path.iter().try_fold(root, |node, key| node.table().and_then(|table| table.get(key))).is_some()
    };
    FUTURE.iter().any(there)
}

/// Reads the capital structure of a document; what may happen to the company is passed over.
pub(super) fn structure(
    document: &Document,
    sources: &Sources,
    folder: &Path,
    diagnostics: &mut Diagnostics,
) -> Option<Structure> {
    let context = Context::new(document.damaged).with_purpose(Purpose::Tables);
    let read = read(document, &context, sources, folder);
    diagnostics.append(context.into_diagnostics());
    read.filter(|_| !diagnostics.has_errors())
}

fn read(document: &Document, context: &Context, sources: &Sources, folder: &Path) -> Option<Structure> {
    let top = TableReader::open(context, &language::SCENARIO, &document.root)?;
    let deal = deal::deal(&top, context);
    let decoder = Decoder::new(document, context, sources, folder, deal.as_ref());
    for (name, node) in top.map("variables") {
        let _ = decoder.named_variable(name, node);
    }
    let company = top.table("company");
    let shares = company.as_ref().map(|company| shares(&decoder, company));
    let value = company
        .as_ref()
        .and_then(|company| company.table("value"))
        .and_then(|value| decoder.number(&value, "today", "company.value.today", false));
    let read: Vec<_> = top.list("instruments").map(|node| instruments::instrument(&decoder, node)).collect();
    let round = section(&top, "round", |table| rounds::next_round(&decoder, table));
    let sale = top.table("exit").and_then(|exit| exit.table("sale"));
    let mut market =
        top.table("fair_value").map_or_else(Market::default, |table| fair_value::market(&decoder, &table));
    if let Some(sale) = &sale {
        market.ipo_instead = ipo_instead(&decoder, sale)?;
    }
    let sale_costs = sale.map(|sale| sale_costs(&decoder, &sale));
    let table = document.root.table()?;
    names::names(&decoder, table);
    let Head { title, company, currency, valuation_date, .. } = deal?;
    let (total, classes) =
        shares.unwrap_or_else(|| Some((Decimal::from(super::world::NOTIONAL_SHARES), None)))?;
    let read: Vec<Instrument> = read.into_iter().collect::<Option<_>>()?;
    let round = round.optional()?;
    checks::structure(&decoder, table, classes.as_ref(), &read, round.as_ref());
    let stated = table.get("company").and_then(Node::table).is_some_and(|company| {
        ["fully_diluted_shares", "capitalization"].iter().any(|key| company.get(key).is_some())
    });
    let mut left_out = Vec::new();
    if !stated {
        left_out.push(format!(
            "The file states no shares, so that a notional {total} stand for all of them: only proportions count."
        ));
    }
    let capitalization = classes.unwrap_or_else(|| Capitalization {
        common: vec![Holding { holder: ALL_HOLDERS.to_owned(), shares: total }],
        ..Capitalization::default()
    });
    let mut outstanding = Outstanding {
        decoder: &decoder,
        root: &document.root,
        value,
        total,
        capitalization,
        left_out,
        complete: true,
    };
    let instruments = outstanding.instruments(read);
    let Outstanding { capitalization, left_out, complete, .. } = outstanding;
    let capital = CapitalStructure {
        title,
        company,
        currency,
        date: valuation_date,
        capitalization,
        instruments,
        round,
        sale_costs: sale_costs.unwrap_or(Some(SaleCosts::NONE))?,
    };
    complete.then_some(Structure { capital, left_out, market })
}

/// Picks what is outstanding on the valuation date.
struct Outstanding<'d> {
    decoder: &'d Decoder<'d>,
    root: &'d Node,
    /// The company's value, if the file states it.
    value: Option<Number>,
    /// Fully diluted shares before the deal.
    total: Decimal,
    capitalization: Capitalization,
    left_out: Vec<String>,
    /// Whether no mistake has been found.
    complete: bool,
}

impl Outstanding<'_> {
    fn instruments(&mut self, read: Vec<Instrument>) -> Vec<Instrument> {
        let mut kept: Vec<(usize, Instrument)> = Vec::new();
        for (index, mut instrument) in read.into_iter().enumerate() {
            let name = instrument.name.clone();
            instrument.tranches.retain(|tranche| {
                let there = is_outstanding(tranche);
                if !there {
                    self.left_out.push(format!(
                        "{name}, \"{}\", is left out: it is not funded yet on the valuation date.",
                        tranche.name
                    ));
                }
                there
            });
            if instrument.tranches.is_empty() {
                continue;
            }
            self.known(index, &instrument);
            if let Kind::Equity(equity) = &instrument.kind {
                self.bought(index, &instrument, equity);
            } else {
                kept.push((index, instrument));
            }
        }
        self.most_favoured(kept)
    }

    /// A SAFE named by another one's most-favoured clause may have been left out.
    fn most_favoured(&mut self, kept: Vec<(usize, Instrument)>) -> Vec<Instrument> {
        let there = |named: usize| kept.iter().any(|(index, _)| *index == named);
        for (_, instrument) in &kept {
            if let Kind::Safe(Safe { most_favoured: Some(MostFavoured::Instrument(named)), .. }) =
                &instrument.kind
                && !there(*named)
            {
                let name = &instrument.name;
                self.left_out
                    .push(format!("{name} keeps its own terms: those it would take over are left out."));
            }
        }
        renumbered(kept)
    }

    /// Reports figures of an instrument that are uncertain.
    fn known(&mut self, index: usize, instrument: &Instrument) {
        let mut numbers: Vec<Number> = instrument.tranches.iter().map(|tranche| tranche.amount).collect();
        let mut caps: Vec<CapAmount> = Vec::new();
        match &instrument.kind {
            Kind::Debt(debt) => {
                let conversion = debt.conversion.as_ref().and_then(|conversion| conversion.cap.as_ref());
                for tranche in &instrument.tranches {
                    numbers.push(tranche.own.interest_rate.unwrap_or(debt.interest.rate));
                    let cap = if debt.conversion.is_some() { tranche.own.cap.or(conversion) } else { None };
                    caps.extend(cap.map(|cap| cap.amount));
                }
            }
            Kind::Safe(safe) => caps.extend(safe.cap.as_ref().map(|cap| cap.amount)),
            Kind::Warrant(warrant) => numbers.push(warrant.strike),
            Kind::Equity(equity) => match equity.price {
                EquityPrice::PreMoney(amount) => numbers.push(amount),
                EquityPrice::Today | EquityPrice::AtFunding => numbers.extend(self.value),
            },
        }
        for cap in caps {
            match cap {
                CapAmount::Stated(amount) => numbers.push(amount),
                CapAmount::OfValueAtFunding(_) => {
                    let message = format!(
                        "the cap of `{}` is a multiple of a value that the tables do not know",
                        instrument.name
                    );
                    let help = "write its `amount`, or set it with `--set KEY=VALUE`";
                    self.refuse(Code::ContradictoryTerms, message, self.place(index, "name"), help);
                }
            }
        }
        for number in numbers {
            if let Number::Drawn(id) = number {
                let place = self.decoder.places.borrow().get(id).copied();
                let message = format!("`{}` is uncertain, and the tables need one figure", instrument.name);
                let place = place.unwrap_or_else(|| self.place(index, "name"));
                self.refuse(
                    Code::ContradictoryTerms,
                    message,
                    place,
                    "write a figure, or set one with `--set KEY=VALUE`",
                );
            }
        }
    }

    /// Shares bought outright at closing stand among the classes.
    fn bought(&mut self, index: usize, instrument: &Instrument, equity: &Equity) {
        let (value, key) = match equity.price {
            EquityPrice::PreMoney(amount) => (Some(amount), "pre_money"),
            EquityPrice::Today | EquityPrice::AtFunding => (self.value, "price"),
        };
        let value = match value {
            Some(Number::Known(value)) => value,
            Some(Number::Drawn(_)) => return,
            None => {
                let message =
                    format!("the price of `{}` is the company's value, which is not stated", instrument.name);
                let help = "write `pre_money` instead, or list its shares under company.capitalization";
                return self.refuse(Code::MissingKey, message, self.place(index, key), help);
            }
        };
        if instrument.tranches.iter().any(|tranche| matches!(tranche.amount, Number::Drawn(_))) {
            return;
        }
        let price = value.checked_div(self.total).filter(|price| !price.is_zero());
        let date = self.decoder.valuation_date;
        if price.and_then(|price| buy(&mut self.capitalization, instrument, price, date)).is_none() {
            let message = format!("the shares of `{}` cannot be counted exactly", instrument.name);
            let help = "check amount, value and number of shares";
            self.refuse(Code::Overflow, message, self.place(index, key), help);
        }
    }

    fn refuse(&mut self, code: Code, message: String, place: Place, help: &str) {
        self.complete = false;
        self.decoder.report(Diagnostic::new(code, message).at(place, "").help(help));
    }

    fn place(&self, index: usize, key: &str) -> Place {
        place_below(self.root, &["instruments", &index.to_string(), key])
    }
}
