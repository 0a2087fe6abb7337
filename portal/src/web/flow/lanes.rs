//! Which lane beside the steps each way past them takes, so that no two lie on each other.

use super::Link;

/// A way, and its lane from the inside out.
pub type Laned = (usize, Link);

/// The ways past steps and the ways back, each with its lane from the inside out; what fewest cases
/// take is left out where there is no lane for it. A step that repeats itself has no way.
pub fn lanes(links: &[Link], lanes_max: usize) -> (Vec<Laned>, Vec<Laned>) {
    let past = links.iter().filter(|link| link.to > link.from + 1);
    let back = links.iter().filter(|link| link.to < link.from);
    (assign(past, lanes_max), assign(back, lanes_max))
}

fn assign<'a>(links: impl Iterator<Item = &'a Link>, lanes_max: usize) -> Vec<Laned> {
    let span = |link: &Link| (link.from.min(link.to), link.from.max(link.to));
    let mut links: Vec<&Link> = links.collect();
    // Who has most cases is sure of a place; short ones lie inside.
    links.sort_by_key(|link| (std::cmp::Reverse(link.cases), link.from, link.to));
    let mut kept: Vec<&Link> = Vec::new();
    for link in links {
        let (first, last) = span(link);
        let crowded = (first..last).any(|gap| {
            let over = |other: &&&Link| {
                let (first, last) = span(other);
                (first..last).contains(&gap)
            };
            kept.iter().filter(over).count() >= lanes_max
        });
        if !crowded {
            kept.push(link);
        }
    }
    // Left edges in order, the first free lane each: as many lanes as lie on each other at most.
    kept.sort_by_key(|link| (span(link).0, span(link).1, link.from));
    let mut ends = vec![0; lanes_max];
    let mut assigned = Vec::new();
    for link in kept {
        let (first, last) = span(link);
        let free = ends.iter_mut().enumerate().find(|(_, end)| **end <= first);
        if let Some((lane, end)) = free {
            *end = last;
            assigned.push((lane, link.clone()));
        }
    }
    assigned
}
