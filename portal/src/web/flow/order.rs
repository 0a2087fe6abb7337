//! In which order steps stand below each other: so that as few cases as possible go up.

/// Puts the steps 0, 1, … in an order in which few of the given cases go from a later step to an
/// earlier one; none, if that is possible. Where nothing else decides the lower number is first.
///
/// It takes away what leads nowhere (it comes last) and what nothing leads to (it comes first), and
/// where there is neither what leads to more than comes in: Eades, Lin and Smyth, *A fast and
/// effective heuristic for the feedback arc set problem*, 1993.
pub fn order(steps: usize, links: &[(usize, usize, u64)]) -> Vec<usize> {
    let mut left: Vec<usize> = (0..steps).collect();
    let mut first = Vec::new();
    let mut last = Vec::new();
    while !left.is_empty() {
        let weigh = |step: usize| {
            let among = |other: &usize| *other != step && left.contains(other);
            let out = links
                .iter()
                .filter(|(from, to, _)| *from == step && among(to));
            let into = links
                .iter()
                .filter(|(from, to, _)| *to == step && among(from));
            let sum = |cases: u64| i128::from(cases);
            let out: i128 = out.map(|link| sum(link.2)).sum();
            let into: i128 = into.map(|link| sum(link.2)).sum();
            (out, into)
        };
        let weights: Vec<(i128, i128)> = left.iter().map(|step| weigh(*step)).collect();
        let source = weights.iter().position(|(_, into)| *into == 0);
        let sink = weights.iter().rposition(|(out, _)| *out == 0);
        let most = || {
            let weights = weights.iter().enumerate();
            // Of two that weigh the same the first: `max_by_key` gives the last.
            let best = weights.rev().max_by_key(|(_, (out, into))| out - into);
            best.map_or(0, |(at, _)| at)
        };
        match (source, sink) {
            // An end is an end: it stands at the bottom, even if it is reached early.
            (_, Some(at)) => last.push(left.remove(at)),
            (Some(at), None) => first.push(left.remove(at)),
            (None, None) => {
                let at = most();
                first.push(left.remove(at));
            }
        }
    }
    first.extend(last.into_iter().rev());
    first
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_way_that_most_cases_take_is_read_from_top_to_bottom() {
        // 0 to 2 to 1 to 3, and a few go back from 1 to 2.
        let links = [(0, 2, 100), (2, 1, 100), (1, 2, 5), (1, 3, 90)];
        assert_eq!(order(4, &links), [0, 2, 1, 3]);
        // 2 is an end that some reach at once.
        assert_eq!(
            order(4, &[(0, 1, 9), (0, 2, 9), (1, 3, 9), (3, 1, 2)]),
            [0, 1, 3, 2]
        );
        assert_eq!(order(3, &[]), [0, 1, 2]);
        assert_eq!(order(0, &[]), [0; 0]);
    }

    proptest! {
        #[test]
        fn where_no_case_must_go_up_none_does(
            steps in 1_usize..9,
            given in proptest::collection::vec((0_usize..9, 0_usize..9, 1_u64..50), 0..20),
            names in Just((0_usize..9).collect::<Vec<_>>()).prop_shuffle(),
        ) {
            // Links that lead from lower to higher numbers, under other names.
            let within = given.into_iter().filter(|(a, b, _)| a < b && *b < steps);
            let mut known: Vec<usize> = names.into_iter().filter(|name| *name < steps).collect();
            known.truncate(steps);
            let links: Vec<_> = within.map(|(a, b, cases)| (known[a], known[b], cases)).collect();
            let order = order(steps, &links);
            let place = |step| order.iter().position(|one| *one == step);
            for (from, to, _) in links {
                prop_assert!(place(from) < place(to));
            }
        }

        #[test]
        fn every_step_is_there_once(
            steps in 0_usize..9,
            links in proptest::collection::vec((0_usize..9, 0_usize..9, 1_u64..50), 0..20),
        ) {
            let mut found = order(steps, &links);
            found.sort_unstable();
            prop_assert_eq!(found, (0..steps).collect::<Vec<_>>());
        }
    }
}
