//! [`Tree`]: partial results of blocks, added up in a fixed binary tree.

/// What can be added up. Not associative in the last bits of sums, so the order is that of a [`Tree`].
pub(super) trait Merge {
    /// Adds what later paths give.
    fn merge(&mut self, later: &Self);
}

/// Partial results of consecutive blocks. Blocks 2k and 2k + 1 are added up first, then such pairs, and so on: which sums are formed
/// depends on the numbers of the blocks alone, not on where a run was cut into shards. (Pairwise summation; Higham 2002, *Accuracy and
/// Stability of Numerical Algorithms*, 4.2: rounding grows with the logarithm of the number of terms.)
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree<T> {
    /// Level, place on the level and sum of blocks `place << level` to `((place + 1) << level) - 1`; in order.
    pub(super) nodes: Vec<(u32, u64, T)>,
}

impl<T> Default for Tree<T> {
    fn default() -> Self {
        Self { nodes: Vec::new() }
    }
}

impl<T: Merge + Clone> Tree<T> {
    /// Adds the next node, a block at level 0; `first` sees each sum of the first so many blocks, a power of two.
    pub(super) fn push(&mut self, level: u32, place: u64, node: T, first: &mut impl FnMut(&T)) {
        let mut new = (level, place, node);
        loop {
            if new.1 == 0 {
                first(&new.2);
            }
            match self.nodes.last() {
                Some((level, place, _)) if *level == new.0 && place ^ 1 == new.1 && new.1 & 1 == 1 => {}
                _ => break,
            }
            if let Some((level, place, mut sum)) = self.nodes.pop() {
                sum.merge(&new.2);
                new = (level + 1, place >> 1, sum);
            }
        }
        self.nodes.push(new);
    }

    /// Adds the nodes of the blocks that follow.
    pub(super) fn append(&mut self, later: Tree<T>, first: &mut impl FnMut(&T)) {
        for (level, place, node) in later.nodes {
            self.push(level, place, node, first);
        }
    }

    /// The sum of all, the latest added up first.
    pub(super) fn total(&self) -> Option<T> {
        let mut nodes = self.nodes.iter().rev();
        let (_, _, mut sum) = nodes.next()?.clone();
        for (_, _, earlier) in nodes {
            let mut earlier = earlier.clone();
            earlier.merge(&sum);
            sum = earlier;
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A sum that remembers how it was formed.
    #[derive(Clone, Debug, PartialEq)]
    struct Formed(String);

    impl Merge for Formed {
        fn merge(&mut self, later: &Self) {
            self.0 = format!("({}{})", self.0, later.0);
        }
    }

    fn tree(blocks: std::ops::Range<u64>) -> Tree<Formed> {
        let mut tree = Tree::default();
        blocks.for_each(|block| tree.push(0, block, Formed(block.to_string()), &mut |_| {}));
        tree
    }

    /// Hand-worked.
    #[test]
    fn six_blocks() {
        let mut seen = Vec::new();
        let mut tree = Tree::default();
        for block in 0..6_u64 {
            let node = Formed(block.to_string());
            tree.push(0, block, node, &mut |sum: &Formed| seen.push(sum.0.clone()));
        }
        assert_eq!(tree.total().unwrap().0, "(((01)(23))(45))");
        assert_eq!(seen, ["0", "(01)", "((01)(23))"]);
        assert_eq!(Tree::<Formed>::default().total(), None);
    }

    proptest! {
        /// The sums are the same however the blocks are cut into shards, and the sums of the first powers of two are all seen.
        #[test]
        fn cuts_change_nothing(blocks in 1_u64..200, cuts in prop::collection::vec(0_u64..200, 0..6)) {
            let mut cuts: Vec<u64> = cuts.into_iter().map(|cut| cut.min(blocks)).chain([0, blocks]).collect();
            cuts.sort_unstable();
            let (mut whole, mut seen) = (Tree::default(), Vec::new());
            for pair in cuts.windows(2) {
                whole.append(tree(pair[0]..pair[1]), &mut |sum: &Formed| seen.push(sum.0.clone()));
            }
            prop_assert_eq!(&whole, &tree(0..blocks));
            prop_assert_eq!(whole.total(), tree(0..blocks).total());
        }
    }
}
