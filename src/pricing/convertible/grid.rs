//! The general contract on a grid: conversion at any time, call, puts, coupons.
//!
//! Each part of the value (settled in shares, settled in cash, and the probability of conversion) solves
//! `u_t + ½ σ² u_xx + (μ − ½ σ²) u_x − ρ u + income = 0` in x = ln S with its own rate ρ; holder and issuer then
//! choose at every step, which moves value from one part to another. Steps are those of Crank and Nicolson, after
//! four half-size implicit ones wherever the values have kinks (Rannacher 1984); the grid has the price at which face
//! and conversion are equal half-way between two nodes (Pooley, Vetzal and Forsyth 2003), which keeps the error of
//! second order.

use super::{Bond, ConvertibleError, CreditModel, Dynamics, Value};
use crate::pricing::black_scholes::Market;
use crate::pricing::tridiagonal::{Factored, Row};
use crate::pricing::{RangeError, not_negative, positive};
use crate::random::math::{exp, ln};

/// An amount at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Payment {
    /// From today, above 0.
    pub years: f64,
    /// For one bond, 0 or more.
    pub amount: f64,
}

/// When the holder may convert.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Conversion {
    /// At maturity only.
    AtMaturity,
    /// At any time from so many years on.
    From(f64),
}

/// The issuer's right to redeem early; the holder may answer by converting, if conversion is open then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// From so many years on, until maturity.
    pub from: f64,
    /// Paid for one bond, all in, above 0.
    pub price: f64,
}

/// A convertible bond that matures at the market's date.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// What is promised.
    pub bond: Bond,
    /// Coupons; each is the holder's before anything is decided at its date. Lost in a default.
    pub coupons: Vec<Payment>,
    /// When the holder may convert.
    pub conversion: Conversion,
    /// The issuer's right, if any.
    pub call: Option<Call>,
    /// Dates at which the holder may sell the bond back, and for how much. Before the issuer's right.
    pub puts: Vec<Payment>,
}

/// How fine the grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// Steps over the life of the bond, at least 1.
    pub time_steps: u32,
    /// Steps over the range of prices, at least 10.
    pub price_steps: u32,
}

impl Default for Resolution {
    /// Within 0.003 % of the price in every worked case.
    fn default() -> Self {
        Self { time_steps: 1000, price_steps: 1000 }
    }
}

/// Parts of the value at every node.
struct Columns {
    shares: Vec<f64>,
    cash: Vec<f64>,
    converted: Vec<f64>,
}

/// The contract on its grid.
struct Grid<'a> {
    terms: &'a Terms,
    dynamics: Dynamics,
    life: f64,
    /// Logarithms of the share price.
    x: Vec<f64>,
    /// What conversion gives at each node.
    parity: Vec<f64>,
    dx: f64,
}

/// Prices `terms` on a grid of the given `resolution`.
///
/// Holder and issuer each take what is best for them at every step, the issuer knowing nothing but the price.
///
/// # Errors
///
/// [`ConvertibleError`] for an input out of range (volatility and time must be above 0 here), dates outside the
/// bond's life, or a grid too coarse for the volatility.
pub fn on_grid(
    market: &Market,
    terms: &Terms,
    credit: &CreditModel,
    resolution: Resolution,
) -> Result<Value, ConvertibleError> {
    let dynamics = Dynamics::new(market, &terms.bond, credit)?;
    check(market, terms)?;
    let grid = Grid::new(market, terms, dynamics, resolution.price_steps)?;
    let columns = grid.solve(f64::from(resolution.time_steps.max(1)));
    let at_spot = |column: &[f64]| grid.interpolate(column, ln(market.spot));
    let cash_part = at_spot(&columns.cash);
    let coupons = terms.coupons.iter().map(|coupon| dynamics.cash(coupon.amount, coupon.years));
    let floor = coupons.sum::<f64>()
        + dynamics.cash(terms.bond.face, market.years)
        + dynamics.recoveries(market.years);
    Ok(Value::new(
        at_spot(&columns.shares) + cash_part,
        cash_part,
        floor,
        terms.bond.conversion_ratio * market.spot,
        at_spot(&columns.converted),
    ))
}

fn check(market: &Market, terms: &Terms) -> Result<(), ConvertibleError> {
    let life = positive("the time", market.years)?;
    positive("the volatility", market.volatility)?;
    let inside = |what, years: f64, open: bool| {
        let after_start = if open { years > 0.0 } else { years >= 0.0 };
        if after_start && years <= life { Ok(()) } else { Err(ConvertibleError::Date { what, years, life }) }
    };
    for coupon in &terms.coupons {
        inside("a coupon", coupon.years, true)?;
        not_negative("a coupon", coupon.amount)?;
    }
    for put in &terms.puts {
        inside("a put", put.years, true)?;
        not_negative("the price of a put", put.amount)?;
    }
    if let Conversion::From(years) = terms.conversion {
        inside("the start of conversion", years, false)?;
    }
    if let Some(call) = terms.call {
        inside("the start of the call", call.from, false)?;
        positive("the price of the call", call.price)?;
    }
    Ok(())
}

impl<'a> Grid<'a> {
    /// Seven deviations and the drift to either side of today's price.
    fn new(
        market: &Market,
        terms: &'a Terms,
        dynamics: Dynamics,
        price_steps: u32,
    ) -> Result<Self, ConvertibleError> {
        const DEVIATIONS: f64 = 7.0;
        if price_steps < 10 {
            let value = f64::from(price_steps);
            return Err(RangeError { name: "the number of price steps", range: "10 or more", value }.into());
        }
        let variance = dynamics.volatility * dynamics.volatility;
        let speed = (dynamics.drift - 0.5 * variance).abs();
        let reach = DEVIATIONS * dynamics.volatility * market.years.sqrt() + speed * market.years;
        let dx = 2.0 * reach / f64::from(price_steps);
        if !(dx * speed <= variance) {
            return Err(ConvertibleError::TooCoarse { nodes: libm::ceil(2.0 * reach * speed / variance) });
        }
        let start = ln(market.spot) - reach;
        let equal = ln(terms.bond.face / terms.bond.conversion_ratio);
        let places = (equal - start) / dx;
        let shift = (places - libm::floor(places) - 0.5) * dx;
        let x: Vec<f64> = (0..=price_steps).map(|i| start + shift + f64::from(i) * dx).collect();
        let parity = x.iter().map(|x| terms.bond.conversion_ratio * exp(*x)).collect();
        Ok(Self { terms, dynamics, life: market.years, x, parity, dx })
    }

    /// From maturity back to today.
    fn solve(&self, steps: f64) -> Columns {
        let n = self.x.len();
        let mut columns =
            Columns { shares: vec![0.0; n], cash: vec![self.terms.bond.face; n], converted: vec![0.0; n] };
        // Dates at which values jump or rights begin, latest first.
        let starts = self.terms.call.iter().map(|call| call.from);
        let conversion = match self.terms.conversion {
            Conversion::From(years) => Some(years),
            Conversion::AtMaturity => None,
        };
        let payments = self.terms.coupons.iter().chain(&self.terms.puts).map(|payment| payment.years);
        let mut dates: Vec<f64> = payments.chain(starts).chain(conversion).chain([0.0, self.life]).collect();
        dates.sort_by(|a, b| b.total_cmp(a));
        dates.dedup();
        self.decide(&mut columns, self.life);
        self.pay(&mut columns, self.life);
        for pair in dates.windows(2) {
            let length = pair[0] - pair[1];
            let count = libm::ceil(steps * length / self.life).max(2.0);
            self.march(&mut columns, pair[0], length / count, count);
            self.decide(&mut columns, pair[1]);
            self.pay(&mut columns, pair[1]);
        }
        columns
    }

    /// `count` steps of `dt` back from the date `from`, the first two as four implicit halves; decisions between
    /// steps, but not at the end.
    fn march(&self, columns: &mut Columns, from: f64, dt: f64, count: f64) {
        let d = &self.dynamics;
        let parts = [
            Part { rate: d.share_discount, income: 0.0, growth_at_top: exp(self.dx) },
            Part { rate: d.cash_discount, income: d.income, growth_at_top: 1.0 },
            Part { rate: d.default_rate, income: 0.0, growth_at_top: 1.0 },
        ];
        let gentle = parts.map(|part| Step::new(self, part, 0.5 * dt, 1.0));
        let fine = parts.map(|part| Step::new(self, part, dt, 0.5));
        let mut done = 0.0;
        while done < count {
            let (steps, length) = if done < 2.0 { (&gentle, 0.5) } else { (&fine, 1.0) };
            // Half of what the blended spread takes before the step, half after it (Strang 1968), which keeps the second order.
            self.blend(columns, 0.5 * length * dt);
            for (step, column) in steps.iter().zip(columns.each()) {
                step.back(column);
            }
            self.blend(columns, 0.5 * length * dt);
            done += length;
            if done < count {
                self.decide(columns, from - done * dt);
            }
        }
    }

    /// Discounts all but the probability of conversion over `dt` at the part of the blended spread that this leaves.
    fn blend(&self, columns: &mut Columns, dt: f64) {
        let spread = self.dynamics.blended_spread;
        if spread > 0.0 {
            for ((shares, cash), converted) in
                columns.shares.iter_mut().zip(&mut columns.cash).zip(&columns.converted)
            {
                let factor = exp(-spread * dt * (1.0 - converted));
                (*shares, *cash) = (*shares * factor, *cash * factor);
            }
        }
    }

    /// What issuer and holder do at the date `years`, node by node.
    fn decide(&self, columns: &mut Columns, years: f64) {
        let converts = match self.terms.conversion {
            Conversion::From(start) => years >= start,
            Conversion::AtMaturity => years >= self.life,
        };
        let open = |call: &Call| years >= call.from && years < self.life;
        let call = self.terms.call.filter(open).map_or(f64::INFINITY, |call| call.price);
        let puts = self.terms.puts.iter().filter(|put| put.years.to_bits() == years.to_bits());
        let put = puts.map(|put| put.amount).fold(0.0, f64::max);
        for (i, parity) in self.parity.iter().enumerate() {
            let parity = if converts { *parity } else { 0.0 };
            let held = columns.shares[i] + columns.cash[i];
            let (best, in_shares) =
                if held.min(call) < parity { (parity, true) } else { (held.min(call), false) };
            if put > best {
                columns.set(i, 0.0, put, 0.0);
            } else if in_shares {
                columns.set(i, parity, 0.0, 1.0);
            } else if best < held {
                columns.set(i, 0.0, best, 0.0);
            }
        }
    }

    /// Coupons of the date `years`.
    fn pay(&self, columns: &mut Columns, years: f64) {
        let due = self.terms.coupons.iter().filter(|coupon| coupon.years.to_bits() == years.to_bits());
        let amount: f64 = due.map(|coupon| coupon.amount).sum();
        for cash in &mut columns.cash {
            *cash += amount;
        }
    }

    /// The column at the logarithm `x`, by the cubic through four nodes around it.
    fn interpolate(&self, column: &[f64], x: f64) -> f64 {
        let after = self.x.partition_point(|node| *node <= x);
        let first = after.saturating_sub(2).min(self.x.len() - 4);
        let nodes = first..first + 4;
        nodes
            .clone()
            .map(|i| {
                let others = nodes.clone().filter(|j| *j != i);
                column[i] * others.map(|j| (x - self.x[j]) / (self.x[i] - self.x[j])).product::<f64>()
            })
            .sum()
    }
}

impl Columns {
    fn each(&mut self) -> [&mut [f64]; 3] {
        [&mut self.shares, &mut self.cash, &mut self.converted]
    }

    fn set(&mut self, node: usize, shares: f64, cash: f64, converted: f64) {
        (self.shares[node], self.cash[node], self.converted[node]) = (shares, cash, converted);
    }
}

/// One part of the value: its discount rate, its income per year and how it grows from the last node but one to
/// the last (parts settled in shares in proportion to the price, others not at all).
#[derive(Clone, Copy)]
struct Part {
    rate: f64,
    income: f64,
    growth_at_top: f64,
}

/// One step back in time for one part of the value.
struct Step {
    /// Weights of the three neighbours in the share of the step that is explicit.
    explicit: Row,
    /// The same at the lowest price, where the part only accrues.
    at_bottom: f64,
    income: f64,
    matrix: Factored,
}

impl Step {
    /// `implicit` is 1 for a fully implicit step, one half for Crank–Nicolson.
    fn new(grid: &Grid, part: Part, dt: f64, implicit: f64) -> Self {
        let d = &grid.dynamics;
        let variance = d.volatility * d.volatility;
        let spread = 0.5 * variance / (grid.dx * grid.dx);
        let push = 0.5 * (d.drift - 0.5 * variance) / grid.dx;
        let weights = |share: f64| Row {
            lower: share * dt * (spread - push),
            middle: -share * dt * (2.0 * spread + part.rate),
            upper: share * dt * (spread + push),
        };
        let taken = weights(implicit);
        let inner = Row { lower: -taken.lower, middle: 1.0 - taken.middle, upper: -taken.upper };
        let mut rows = vec![inner; grid.x.len()];
        let last = rows.len() - 1;
        rows[0] = Row { middle: 1.0 + implicit * dt * part.rate, ..Row::default() };
        rows[last] = Row { lower: -part.growth_at_top, middle: 1.0, upper: 0.0 };
        let at_bottom = 1.0 - (1.0 - implicit) * dt * part.rate;
        Self {
            explicit: weights(1.0 - implicit),
            at_bottom,
            income: dt * part.income,
            matrix: Factored::new(rows),
        }
    }

    fn back(&self, u: &mut [f64]) {
        let last = u.len() - 1;
        let mut before = u[0];
        u[0] = self.at_bottom * u[0] + self.income;
        for i in 1..last {
            let here = u[i];
            let row = &self.explicit;
            u[i] = here + row.lower * before + row.middle * here + row.upper * u[i + 1] + self.income;
            before = here;
        }
        u[last] = 0.0;
        self.matrix.solve(u);
    }
}
