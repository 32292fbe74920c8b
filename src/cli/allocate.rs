//! `cabrio allocate`: what each class is worth of the company's value, by option pricing.

use super::amount::{amount, positive, rate, years};
use super::args::{Allocate, Compounding};
use super::captable::json;
use super::exit::Failure;
use super::load::{structure, with_round};
use super::terminal::Terminal;
use crate::allocation::{Allocation, Exit, Known, Request, allocate as share_out};
use crate::capital::after_round;
use crate::number::{Amount, Decimal};
use crate::report::capital::{allocation as as_text, allocation_csv};
use crate::scenario::{Market, Structure};

pub(super) fn allocate(command: &Allocate, terminal: &Terminal) -> Result<(), Failure> {
    let round = &command.round;
    let asked = [&round.pre_money, &round.price, &round.new_money].into_iter().any(Option::is_some);
    if asked && !command.after_round {
        let message = "--pre-money, --price and --new-money are of the round: add --after-round to share the company out after it";
        return Err(Failure::Usage(message.to_owned()));
    }
    let sets = with_round(&command.source.sets, round);
    let Structure { mut capital, left_out, market } = structure(&command.source.file, &sets, terminal)?;
    let request = request(command, &capital.currency, &market)?;
    let mut before = None;
    if command.after_round {
        let (left, round) = after_round(&capital).map_err(|error| Failure::Scenario(error.to_string()))?;
        (capital, before) = (left, Some(round));
    }
    let found =
        share_out(&capital, &left_out, &request).map_err(|error| Failure::Scenario(error.to_string()))?;
    let found = Allocation { after_round: before, ..found };
    if command.json {
        terminal.result(&json(&found)?)
    } else if command.csv {
        let bytes = allocation_csv(&found).map_err(|error| Failure::Internal(error.to_string()))?;
        terminal.result(&String::from_utf8_lossy(&bytes))
    } else {
        terminal.result(&as_text(&found))
    }
}

/// What is asked: options, or else the file's section on fair value.
fn request(command: &Allocate, currency: &str, market: &Market) -> Result<Request, Failure> {
    if market.payout_yield != 0.0 {
        let message = "fair_value.payout_yield: payouts before the exit are not shared out to classes; leave it out with --set fair_value.payout_yield=0%";
        return Err(Failure::Scenario(message.to_owned()));
    }
    let exit = exit(command, market)?;
    let term = match exit {
        Exit::After(years) => Some(years),
        Exit::AtRate { .. } => None,
    };
    let dlom = command.dlom.as_deref().map(|text| years("--dlom", text)).transpose()?;
    Ok(Request {
        known: known(command, currency)?,
        volatility: volatility(command, market)?,
        rate: riskless(command, market, term)?,
        exit,
        unmarketable_years: dlom.map(|years| positive("--dlom", years)).transpose()?,
    })
}

fn known(command: &Allocate, currency: &str) -> Result<Known, Failure> {
    let above_nought =
        |option: &str, amount: Decimal| positive(option, f64::from_decimal(amount)).map(|_| amount);
    if let Some(text) = &command.equity_value {
        let value = amount("--equity-value", text, currency)?;
        return Ok(Known::Value(above_nought("--equity-value", value)?));
    }
    let text = command.backsolve.as_deref().unwrap_or_default();
    let Some((class, price)) = text.rsplit_once('=') else {
        return Err(Failure::Usage(format!("--backsolve {text}: write it like \"Series A=$2.50\"")));
    };
    let price = amount("--backsolve", price, currency)?;
    Ok(Known::Price { class: class.trim().to_owned(), price: above_nought("--backsolve", price)? })
}

fn exit(command: &Allocate, market: &Market) -> Result<Exit, Failure> {
    if let Some(text) = &command.years {
        return Ok(Exit::After(positive("--years", years("--years", text)?)?));
    }
    let text = command.exit_rate.as_deref().unwrap_or_default();
    let rate = f64::from_decimal(rate("--exit-rate", text)?);
    let point =
        |at: &crate::model::ChanceAt| (f64::from_decimal(at.value), f64::from_decimal(at.probability));
    let flotation = if command.no_ipo { Vec::new() } else { market.ipo_instead.iter().map(point).collect() };
    Ok(Exit::AtRate { rate: positive("--exit-rate", rate)?, flotation })
}

fn volatility(command: &Allocate, market: &Market) -> Result<f64, Failure> {
    if let Some(text) = &command.volatility {
        return positive("--volatility", f64::from_decimal(rate("--volatility", text)?));
    }
    let stated = market.volatility.as_ref().map(|number| number.known());
    match stated {
        Some(Some(volatility)) => positive("fair_value.volatility", volatility),
        Some(None) => Err(Failure::Usage(
            "fair_value.volatility is uncertain: give one with --volatility 60%".to_owned(),
        )),
        None => Err(Failure::Usage("give --volatility 60%, or fair_value.volatility in the file".to_owned())),
    }
}

/// The riskless rate as a logarithm a year: until the exit, or the one for all terms.
fn riskless(command: &Allocate, market: &Market, term: Option<f64>) -> Result<f64, Failure> {
    if let Some(text) = &command.rate {
        let rate = f64::from_decimal(rate("--rate", text)?);
        let continuous = command.compounding.map_or(market.continuous, |by| by == Compounding::Continuous);
        if rate <= -1.0 {
            return Err(Failure::Usage("--rate must be more than -100%".to_owned()));
        }
        return Ok(if continuous { rate } else { libm::log1p(rate) });
    }
    let Some(curve) = &market.risk_free else {
        return Err(Failure::Usage("give --rate 4%, or fair_value.risk_free in the file".to_owned()));
    };
    match (term, curve.flat_rate()) {
        (_, Some(rate)) => Ok(rate),
        (Some(years), None) => Ok(curve.log_growth(years) / years),
        (None, None) => Err(Failure::Usage(
            "at a random exit one riskless rate is needed, and the file has a curve: give --rate 4%"
                .to_owned(),
        )),
    }
}
