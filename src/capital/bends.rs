//! Where the payoffs of a sale bend or jump.
//!
//! Between two bends all payoffs are straight lines. They jump where a SAFE changes its mind beside others, and where a
//! cap ends at a valuation; between jumps the classes and their shares are fixed, and the bends are theirs.

use super::pricing::in_currency;
use super::sale_classes::{Class, Classes, SHARES, levels};
use crate::contract::{
    Breakpoint, CarveOut, ExitClass, LiquidityError, Participation, Turn, WaterfallScratch, breakpoints,
    carved_out, distribute, net_proceeds, preferred_that_elect, price_for, settlements,
};
use crate::model::CapitalStructure;
use crate::number::{Amount, Decimal, Exact};

/// Figures to which two prices are compared: the last ones of a quotient without an end carry rounding.
const COMPARED: u32 = 20;

/// A place where the payoff of a class bends or jumps.
pub(super) struct Bend {
    /// The price of the company.
    pub(super) exit: Exact,
    /// What a share of common receives there; at a jump, just above it.
    pub(super) per_share: Exact,
    pub(super) line: usize,
    pub(super) class: String,
    pub(super) turn: Move,
    /// Whether the class ranks before shares.
    is_debt: bool,
}

/// What a class does above a bend; what comes first at one price stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Move {
    /// Its cap ends at a valuation.
    CapEnds,
    /// As between jumps.
    Turn(Turn),
    /// It takes its claim again, or is not exercised any more: a share is worth less than before the jump.
    Reverts,
}

impl Move {
    /// As JSON has it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Move::CapEnds => "cap_ends",
            Move::Reverts => "reverts",
            Move::Turn(Turn::ClaimBegins) => "claim_begins",
            Move::Turn(Turn::ClaimPaid) => "claim_paid",
            Move::Turn(Turn::Shares) => "shares",
            Move::Turn(Turn::Exercises) => "exercises",
            Move::Turn(Turn::Capped) => "capped",
            Move::Turn(Turn::Converts) => "converts",
        }
    }
}

/// All bends by price, and where there is nothing to bend.
#[derive(Default)]
pub(super) struct Bends {
    pub(super) rows: Vec<Bend>,
    /// Sentences.
    pub(super) notes: Vec<String>,
}

/// All bends of the payoffs of a structure.
pub(super) fn bends(structure: &CapitalStructure) -> Bends {
    let costs = Costs::of(structure);
    let levels = levels(structure);
    let mut search = Search { structure, costs: &costs, found: Bends::default(), below: None };
    for (place, level) in std::iter::once(&Decimal::ZERO).chain(&levels).enumerate() {
        let top = levels.get(place).map(|level| costs.proceeds(Exact::from(*level)));
        if !search.between_levels(*level, top) {
            let note = "Where the payoffs bend is not worked out for so many SAFEs whose decisions hang on each other.";
            return Bends { rows: Vec::new(), notes: vec![note.to_owned()] };
        }
    }
    let mut found = search.found;
    let prices: Vec<Exact> = found.rows.iter().map(|row| costs.price(row, &found.rows)).collect();
    for (row, price) in found.rows.iter_mut().zip(prices) {
        row.exit = price;
    }
    found.rows.sort_by_key(|bend| (rounded(bend.exit), bend.turn, bend.line));
    found
}

/// What comes off the price of a sale.
struct Costs {
    fees: Exact,
    carve_out: CarveOut<Exact>,
    /// Lines of debt with their claims.
    debt: Vec<(usize, Exact)>,
}

impl Costs {
    fn of(structure: &CapitalStructure) -> Self {
        let classes = Classes::of(structure, Exact::ZERO);
        let all = classes.named.iter().zip(&classes.exit);
        let debt = all.filter(|(_, class)| class.seniority < SHARES);
        Costs {
            fees: Exact::from(structure.sale_costs.fees),
            carve_out: CarveOut::of(structure.sale_costs.carve_out),
            debt: debt.map(|(named, class)| (named.line, class.claim)).collect(),
        }
    }

    fn claims(&self, unpaid: impl Fn(usize) -> bool) -> Exact {
        self.debt.iter().filter(|(line, _)| unpaid(*line)).fold(Exact::ZERO, |sum, (_, claim)| sum + *claim)
    }

    /// What a price leaves for the classes while no debt has converted.
    fn proceeds(&self, price: Exact) -> Exact {
        let net = net_proceeds(price, self.fees * price);
        net_proceeds(net, carved_out(price, net, self.claims(|_| true), self.carve_out))
    }

    /// The price that leaves the proceeds of a bend, where `exit` still has proceeds. Debt that has converted there is
    /// none.
    fn price(&self, bend: &Bend, bends: &[Bend]) -> Exact {
        let converted = |line: usize| {
            let joins = |each: &Bend| each.line == line && each.turn == Move::Turn(Turn::Converts);
            bends.iter().any(|each| joins(each) && each.exit <= bend.exit)
        };
        let debt = self.claims(|line| !converted(line));
        let to_stock = !bend.is_debt && bend.exit >= debt;
        price_for(bend.exit, self.fees, debt, self.carve_out, to_stock)
    }
}

/// The stretches of prices, taken one after the other.
struct Search<'s> {
    structure: &'s CapitalStructure,
    costs: &'s Costs,
    /// With proceeds for prices.
    found: Bends,
    /// The stretch just below; none at first, and above prices that cannot be divided.
    below: Option<Stretch>,
}

impl Search<'_> {
    /// Lists the bends from a price at which a cap ends up to the proceeds at which the next one does. False where
    /// they cannot be worked out.
    fn between_levels(&mut self, level: Decimal, top: Option<Exact>) -> bool {
        let classes = Classes::of(self.structure, Exact::from(level));
        let Some(settled) = settlements(classes.capitalization, &classes.safes, &classes.exit) else {
            return false;
        };
        for (at, settlement) in settled.iter().enumerate() {
            let from = settlement.above.max_of(self.costs.proceeds(Exact::from(level)));
            let next = settled.get(at + 1).map(|next| next.above);
            let until = match (next, top) {
                (Some(next), Some(top)) => Some(next.min_of(top)),
                (next, top) => next.or(top),
            };
            if until.is_some_and(|until| until <= from) {
                continue;
            }
            match &settlement.classes {
                Ok(exit) => {
                    let now = Stretch::new(&classes, exit.clone());
                    now.list(self.below.as_ref(), from, until, &mut self.found.rows);
                    self.below = Some(now);
                }
                Err(error) => {
                    let note = self.refusal(*error, from, until);
                    self.found.notes.push(note);
                    self.below = None;
                }
            }
        }
        true
    }

    fn refusal(&self, error: LiquidityError, from: Exact, until: Option<Exact>) -> String {
        let price = |proceeds: Exact| {
            let Costs { fees, carve_out, .. } = *self.costs;
            let price = price_for(proceeds, fees, self.costs.claims(|_| true), carve_out, true);
            in_currency(price, &self.structure.currency)
        };
        let until = until.map_or_else(String::new, |until| format!(" up to {}", price(until)));
        format!("Above {}{until} a sale cannot be divided: {error}.", price(from))
    }
}

/// A stretch of prices on which classes and their shares are fixed.
struct Stretch {
    /// Name, line and cap, as the classes of [`Classes`].
    named: Vec<Class>,
    exit: Vec<ExitClass<Exact>>,
    /// Classes that settle whether they convert: SAFEs, and preferred shares beside them.
    settles: Vec<bool>,
}

impl Stretch {
    fn new(classes: &Classes, exit: Vec<ExitClass<Exact>>) -> Self {
        let safes = classes.safes.len();
        let elect = preferred_that_elect(&classes.safes, &exit);
        let settles = (0..exit.len()).map(|place| place < safes || elect.contains(&place)).collect();
        Stretch { named: classes.named.clone(), exit, settles }
    }

    /// Lists the bends from proceeds on, those of a jump there among them.
    fn list(&self, below: Option<&Stretch>, from: Exact, until: Option<Exact>, rows: &mut Vec<Bend>) {
        let per_share = self.per_share(from);
        let row = |place: usize, exit: Exact, per_share: Exact, turn: Move| Bend {
            exit,
            per_share,
            line: self.named[place].line,
            class: self.named[place].name.clone(),
            turn,
            is_debt: self.exit[place].seniority < SHARES,
        };
        if let Some(below) = below {
            let before = below.per_share(from);
            for place in 0..self.exit.len() {
                let moves = self.moves_at_jump(place, per_share, below, before);
                rows.extend(moves.into_iter().map(|turn| row(place, from, per_share, turn)));
            }
        }
        let mut own: Vec<Breakpoint<Exact>> = Vec::new();
        breakpoints(&self.exit, &mut own);
        let is_claim = |turn| matches!(turn, Turn::ClaimBegins | Turn::ClaimPaid);
        own.retain(|bend| {
            let settled = self.settles[bend.class] && !is_claim(bend.turn);
            let starts = rounded(bend.proceeds) >= rounded(from);
            starts && !settled && until.is_none_or(|until| rounded(bend.proceeds) < rounded(until))
        });
        rows.extend(
            own.iter().map(|bend| row(bend.class, bend.proceeds, bend.per_share, Move::Turn(bend.turn))),
        );
    }

    /// What a class does differently from just below a jump.
    fn moves_at_jump(&self, place: usize, per_share: Exact, below: &Stretch, before: Exact) -> Vec<Move> {
        // Several classes may be parts of one line; only its first may convert.
        let line = self.named[place].line;
        let is_first = |named: &[Class], place: usize| named[..place].iter().all(|class| class.line != line);
        let old = below.named.iter().position(|class| class.line == line);
        let Some(old) = old.filter(|_| is_first(&self.named, place)) else { return Vec::new() };
        if self.named[place].cap != below.named[old].cap {
            return vec![Move::CapEnds];
        }
        if self.settles[place] {
            let joined = |stretch: &Stretch, place: usize| {
                let class = &stretch.exit[place];
                class.shares > Exact::ZERO && class.participation != Participation::ClaimOnly
            };
            return match (joined(below, old), joined(self, place)) {
                (false, true) => vec![Move::Turn(Turn::Converts)],
                (true, false) => vec![Move::Reverts],
                _ => Vec::new(),
            };
        }
        let turns = self.exit[place].turns();
        let passed = |per_share: Exact, point: Exact| rounded(per_share) > rounded(point);
        let up = turns.iter().filter(|(point, _)| passed(per_share, *point) && !passed(before, *point));
        let mut moves: Vec<Move> = up.map(|(_, turn)| Move::Turn(*turn)).collect();
        let mut down = turns.iter().filter(|(point, _)| !passed(per_share, *point) && passed(before, *point));
        if down.any(|(_, turn)| matches!(turn, Turn::Converts | Turn::Exercises)) {
            moves.push(Move::Reverts);
        }
        moves
    }

    fn per_share(&self, proceeds: Exact) -> Exact {
        let mut payouts = vec![Exact::ZERO; self.exit.len()];
        distribute(proceeds, &self.exit, &mut WaterfallScratch::new(self.exit.len()), &mut payouts).per_share
    }
}

/// For comparisons; nothing if it has no value.
fn rounded(value: Exact) -> Option<Decimal> {
    value.value().and_then(|value| value.round_sf(COMPARED))
}
