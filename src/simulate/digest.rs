//! [`Digest`]: what is kept of a case's columns where they would take too much memory.

use std::ops::Range;

use super::outcome::Columns;
use super::tape::Tape;
use super::tree::{Merge, Tree};
use crate::statistics::{CONTROL_PARTS, Joint, MOST_CONTROLS, MOST_JOINT, Moments, Spread, Units, atoms_of};

/// Paths from which is learnt what values many paths share. A shard that begins later runs them too.
pub(super) const PILOT_PATHS: u64 = 1 << 16;

/// Bounds of the multiples whose proceeds are told apart, above 0 by itself.
pub const MULTIPLE_BOUNDS: [f64; 4] = [1.0, 2.0, 5.0, 10.0];

/// Which of [`MULTIPLE_BOUNDS`]' classes a multiple belongs to: 0 for nothing back, then by bounds.
#[must_use]
pub fn multiple_class(multiple: f64) -> usize {
    if multiple <= 0.0 { 0 } else { 1 + MULTIPLE_BOUNDS.iter().filter(|bound| multiple >= **bound).count() }
}

/// Number of those classes.
pub const MULTIPLE_CLASSES: usize = MULTIPLE_BOUNDS.len() + 2;

/// A measure whose distribution is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Present value.
    PresentValue,
    /// Received over invested, where something was invested.
    Multiple,
    /// Internal rate of return.
    Irr,
    /// Years until the last tranche was resolved, where something was invested.
    Resolved,
    /// Fraction of the shares after the investor last acquired any.
    Ownership,
    /// The company's value at the end of the path.
    FinalValue,
    /// Present value of what is received.
    Payout,
}

impl Kept {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 7] = [
        Self::PresentValue,
        Self::Multiple,
        Self::Irr,
        Self::Resolved,
        Self::Ownership,
        Self::FinalValue,
        Self::Payout,
    ];

    /// Its value on one path of a block.
    #[must_use]
    pub fn of(self, columns: &Columns, path: usize) -> f64 {
        let invested = columns.invested[path];
        let where_invested = |value: f64| if invested > 0.0 { value } else { f64::NAN };
        match self {
            Self::PresentValue => columns.present_value[path],
            Self::Multiple => where_invested(columns.received[path] / invested),
            Self::Irr => columns.irr[path],
            Self::Resolved => where_invested(columns.resolved[path]),
            Self::Ownership => columns.ownership[path],
            Self::FinalValue => columns.final_value[path],
            Self::Payout => columns.present_value[path] + columns.paid[path],
        }
    }
}

/// A measure whose mean is kept, and how it varies with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Averaged {
    /// Present value.
    PresentValue,
    /// Present value of what is paid in.
    Paid,
    /// Cash paid in.
    Invested,
    /// Cash received.
    Received,
    /// Present value of the commercial flows.
    Strategic,
    /// Discounted value of today's shares, relative to today; 0 under the real-world measure.
    Martingale,
    /// Present value of the base case; 0 for the base case itself.
    Base,
}

/// Where the control variates stand in a [`Joint`].
pub(super) const FIRST_CONTROL: usize = Averaged::Base as usize + 1;

/// Sums over a block, or many.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// By class of paths: the independent groups, or remainders by 32 where paths are independent.
    pub joint: Vec<Joint>,
    /// By class, in the order of [`Kept`].
    pub moments: Vec<[Moments; Kept::ALL.len()]>,
    /// Paths by class on which the case is better than the base.
    pub better: Vec<u64>,
    /// Paths by class on which it is worse.
    pub worse: Vec<u64>,
    /// What comes back, by [`multiple_class`].
    pub proceeds: [f64; MULTIPLE_CLASSES],
}

impl Numbers {
    /// Of nothing.
    fn new(classes: usize) -> Self {
        Self {
            joint: vec![Joint::EMPTY; classes],
            moments: vec![[Moments::EMPTY; Kept::ALL.len()]; classes],
            better: vec![0; classes],
            worse: vec![0; classes],
            proceeds: [0.0; MULTIPLE_CLASSES],
        }
    }

    /// Of the paths `range` of columns whose first path has number `first`; `base` are the columns of the base case.
    pub(super) fn of_block(
        columns: &Columns,
        base: Option<&Columns>,
        range: Range<usize>,
        first: u64,
        units: Option<Units>,
    ) -> Self {
        let classes = units.map_or(CONTROL_PARTS, |units| units.groups as usize);
        let mut numbers = Self::new(classes);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); classes];
        for path in range {
            let number = usize::try_from(first).unwrap_or(usize::MAX).saturating_add(path);
            members[units.map_or(number % CONTROL_PARTS, |units| units.of(number))].push(path);
            let multiple = Kept::Multiple.of(columns, path);
            if !multiple.is_nan() {
                numbers.proceeds[multiple_class(multiple)] += columns.received[path];
            }
        }
        let controls = columns.controls.iter().take_while(|column| !column.is_empty()).count();
        let mut rows = Vec::new();
        for (class, members) in members.iter().enumerate().filter(|(_, members)| !members.is_empty()) {
            rows.clear();
            rows.extend(members.iter().map(|path| row(columns, base, controls, *path)));
            numbers.joint[class] = Joint::of_block(&rows, FIRST_CONTROL + controls);
            for (kept, moments) in Kept::ALL.into_iter().zip(&mut numbers.moments[class]) {
                *moments = Moments::of_values(members.iter().map(|path| kept.of(columns, *path)));
            }
            if let Some(base) = base {
                let pairs =
                    || members.iter().map(|path| (columns.present_value[*path], base.present_value[*path]));
                numbers.better[class] = pairs().map(|(own, base)| u64::from(own > base)).sum();
                numbers.worse[class] = pairs().map(|(own, base)| u64::from(own < base)).sum();
            }
        }
        numbers
    }

    pub(super) fn pass(&mut self, tape: &mut Tape<'_>) {
        for joint in &mut self.joint {
            tape.integer(&mut joint.n);
            joint.mean.iter_mut().chain(joint.product.as_flattened_mut()).for_each(|x| tape.number(x));
        }
        self.moments.as_flattened_mut().iter_mut().for_each(|moments| pass_moments(moments, tape));
        self.better.iter_mut().chain(&mut self.worse).for_each(|count| tape.integer(count));
        self.proceeds.iter_mut().for_each(|x| tape.number(x));
    }
}

fn row(columns: &Columns, base: Option<&Columns>, controls: usize, path: usize) -> [f64; MOST_JOINT] {
    let mut row = [0.0; MOST_JOINT];
    row[Averaged::PresentValue as usize] = columns.present_value[path];
    row[Averaged::Paid as usize] = columns.paid[path];
    row[Averaged::Invested as usize] = columns.invested[path];
    row[Averaged::Received as usize] = columns.received[path];
    row[Averaged::Strategic as usize] = columns.strategic[path];
    row[Averaged::Martingale as usize] = columns.martingale.get(path).copied().unwrap_or(0.0);
    row[Averaged::Base as usize] = base.map_or(0.0, |base| base.present_value[path]);
    let places = row[FIRST_CONTROL..].iter_mut().zip(&columns.controls[..controls]);
    places.for_each(|(place, column)| *place = column[path]);
    row
}

const _: () = assert!(FIRST_CONTROL + MOST_CONTROLS <= MOST_JOINT);

fn pass_moments(moments: &mut Moments, tape: &mut Tape<'_>) {
    tape.integer(&mut moments.n);
    let Moments { mean, m2, m3, m4, min, max, .. } = moments;
    for x in [mean, m2, m3, m4, min, max] {
        tape.number(x);
    }
}

impl Merge for Numbers {
    fn merge(&mut self, later: &Self) {
        self.joint.iter_mut().zip(&later.joint).for_each(|(sum, more)| sum.merge(more));
        let moments = self.moments.as_flattened_mut().iter_mut().zip(later.moments.as_flattened());
        moments.for_each(|(sum, more)| *sum = sum.merge(*more));
        self.better.iter_mut().zip(&later.better).for_each(|(sum, more)| *sum += more);
        self.worse.iter_mut().zip(&later.worse).for_each(|(sum, more)| *sum += more);
        self.proceeds.iter_mut().zip(&later.proceeds).for_each(|(sum, more)| *sum += more);
    }
}

/// Moments of the present value over the first so many blocks, by class.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// Paths.
    pub paths: u64,
    /// By class.
    pub moments: Vec<Moments>,
}

/// What is kept of the columns of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// How paths are put into groups; none if they are independent.
    pub units: Option<Units>,
    /// How many control variates there are.
    pub controls: usize,
    /// Sums over all paths.
    pub numbers: Numbers,
    /// After 1,024, 2,048, 4,096, … paths and after all.
    pub milestones: Vec<Milestone>,
    spreads: Vec<Spread>,
}

impl Digest {
    /// How a measure is spread.
    #[must_use]
    pub fn spread(&self, kept: Kept) -> &Spread {
        &self.spreads[kept as usize]
    }

    /// Its moments by class.
    #[must_use]
    pub fn moments(&self, kept: Kept) -> Vec<Moments> {
        self.numbers.moments.iter().map(|class| class[kept as usize]).collect()
    }

    /// Where the control variates stand in [`Numbers::joint`].
    #[must_use]
    pub fn control_places(&self) -> Range<usize> {
        FIRST_CONTROL..FIRST_CONTROL + self.controls
    }
}

/// A digest in the making, of consecutive blocks.
#[derive(Clone, Debug)]
pub(super) struct Digesting {
    pub(super) numbers: Tree<Numbers>,
    pub(super) spreads: Vec<Spread>,
    milestones: Vec<Milestone>,
    units: Option<Units>,
    controls: usize,
}

impl Digesting {
    /// Of no block yet. `pilot` are the columns of the first [`PILOT_PATHS`] paths of the run, or of all.
    pub(super) fn new(pilot: &Columns, units: Option<Units>) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "a small number")]
        let paths = pilot.present_value.len().min(PILOT_PATHS as usize);
        let spread = |kept: Kept| {
            let values: Vec<f64> = (0..paths).map(|path| kept.of(pilot, path)).collect();
            Spread::new(atoms_of(&values), units)
        };
        Self {
            numbers: Tree::default(),
            spreads: Kept::ALL.into_iter().map(spread).collect(),
            milestones: Vec::new(),
            units,
            controls: pilot.controls.iter().take_while(|column| !column.is_empty()).count(),
        }
    }

    /// Adds the sums of the next block.
    pub(super) fn push(&mut self, block: u64, numbers: Numbers) {
        let Self { numbers: tree, milestones, .. } = self;
        tree.push(0, block, numbers, &mut |sum| milestones.push(milestone(sum)));
    }

    /// Adds the blocks that follow.
    pub(super) fn append(&mut self, later: Digesting) {
        let Self { numbers: tree, milestones, .. } = self;
        tree.append(later.numbers, &mut |sum| milestones.push(milestone(sum)));
        self.spreads.iter_mut().zip(&later.spreads).for_each(|(sum, more)| sum.append(more));
    }

    /// The digest of the blocks so far.
    pub(super) fn finished(&self) -> Option<Digest> {
        let numbers = self.numbers.total()?;
        let mut milestones = self.milestones.clone();
        let all = milestone(&numbers);
        if milestones.last().is_none_or(|last| last.paths < all.paths) {
            milestones.push(all);
        }
        let spreads = self.spreads.clone();
        Some(Digest { units: self.units, controls: self.controls, numbers, milestones, spreads })
    }

    /// Writes to a tape, or reads from it what one with the same plan wrote.
    pub(super) fn pass(&mut self, tape: &mut Tape<'_>) {
        let classes = self.units.map_or(CONTROL_PARTS, |units| units.groups as usize);
        tape.count(&mut self.controls);
        tape.nodes(&mut self.numbers, || Numbers::new(classes), Numbers::pass);
        let empty = || Milestone { paths: 0, moments: vec![Moments::EMPTY; classes] };
        tape.list(&mut self.milestones, empty, |milestone, tape| {
            tape.integer(&mut milestone.paths);
            milestone.moments.iter_mut().for_each(|moments| pass_moments(moments, tape));
        });
        for spread in &mut self.spreads {
            let mut counts = spread.counts();
            tape.numbers(&mut counts.atoms);
            tape.integers(&mut counts.atom_counts);
            tape.integer(&mut counts.undefined);
            tape.list(&mut counts.pages, Default::default, |(number, bins, groups), tape| {
                tape.integer(number);
                tape.sparse(bins);
                tape.sparse(groups);
            });
            tape.integers(&mut counts.group_atoms);
            tape.integers(&mut counts.group_undefined);
            if tape.is_read() {
                match Spread::from_counts(counts, self.units) {
                    Some(read) => *spread = read,
                    None => tape.spoil(),
                }
            }
        }
    }
}

fn milestone(sum: &Numbers) -> Milestone {
    let moments: Vec<Moments> = sum.moments.iter().map(|class| class[Kept::PresentValue as usize]).collect();
    Milestone { paths: sum.joint.iter().map(|joint| joint.n).sum(), moments }
}
