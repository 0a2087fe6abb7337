use proptest::prelude::*;

use super::*;

fn flow(steps: usize, links: &[(usize, usize, u64)]) -> Flow {
    let step = |at: usize| Step {
        label: format!("Schritt {at} mit einem längeren Namen"),
        cases: 1_000 - at as u64,
        count: format!("{}", 1_000 - at),
    };
    let link = |(from, to, cases): &(usize, usize, u64)| Link {
        from: *from,
        to: *to,
        cases: *cases,
        hours: Some(*cases as f64),
        wait: format!("{cases} Tage"),
    };
    Flow {
        steps: (0..steps).map(step).collect(),
        links: links.iter().map(link).collect(),
    }
}

#[test]
fn a_simple_process_is_read_downwards_with_the_longest_wait_marked() {
    let drawing = draw(&flow(3, &[(0, 1, 100), (1, 2, 400), (0, 2, 50)]), 640.0);
    assert_eq!(drawing.boxes.len(), 3);
    assert!(drawing.boxes.is_sorted_by(|a, b| a.y + a.height < b.y));
    let longest: Vec<bool> = drawing.waits.iter().map(|wait| wait.longest).collect();
    assert_eq!(longest, [false, true]);
    assert!(drawing.waits[0].length * 4.0 - drawing.waits[1].length < 0.1);
    let backs: Vec<bool> = drawing.arcs.iter().map(|arc| arc.back).collect();
    assert_eq!(backs, [false]);
}

#[test]
fn a_long_wait_of_few_is_drawn_and_not_marked() {
    let mut flow = flow(3, &[(0, 1, 400), (1, 2, 50)]);
    flow.links[1].hours = Some(9_000.0);
    let drawing = draw(&flow, 640.0);
    assert!(drawing.waits[1].length > drawing.waits[0].length);
    assert!(drawing.waits[0].longest && !drawing.waits[1].longest);
}

#[test]
fn a_way_back_is_drawn_at_the_left() {
    let drawing = draw(
        &flow(3, &[(0, 1, 50), (1, 2, 40), (2, 0, 5), (1, 1, 3)]),
        320.0,
    );
    let backs: Vec<bool> = drawing.arcs.iter().map(|arc| arc.back).collect();
    assert_eq!(backs, [true]);
}

#[test]
fn an_empty_process_is_an_empty_picture() {
    let drawing = draw(&Flow::default(), 320.0);
    assert!(drawing.boxes.is_empty() && drawing.arcs.is_empty() && drawing.waits.is_empty());
}

/// All numbers of a path, which alternate where it has no `H` or `V`.
fn numbers(path: &str) -> Vec<f64> {
    let parts =
        path.split(|letter: char| !(letter.is_ascii_digit() || letter == '.' || letter == '-'));
    parts.filter_map(|part| part.parse().ok()).collect()
}

proptest! {
    #[test]
    fn whatever_is_drawn_lies_within_the_picture(
        steps in 0_usize..30,
        links in proptest::collection::vec((0_usize..30, 0_usize..30, 1_u64..900), 0..80),
        slim: bool,
    ) {
        let within = links.into_iter().filter(|(from, to, _)| *from < steps && *to < steps);
        let links: Vec<_> = within.collect();
        let width = if slim { 320.0 } else { 640.0 };
        let drawing = draw(&flow(steps, &links), width);
        prop_assert_eq!(drawing.boxes.len(), steps.min(STEPS_MAX));
        for one in &drawing.boxes {
            prop_assert!(one.x >= 0.0 && one.x + one.width <= width);
            prop_assert!(one.y >= 0.0 && one.y + one.height <= drawing.height);
            prop_assert!(one.filled <= one.width + 0.01);
            for (base, line) in &one.lines {
                prop_assert!(*base > one.y + 10.0 && *base < one.y + one.height);
                let end = one.text + text::width(line, SIZE);
                prop_assert!(end <= one.end - text::width(&one.count, SIZE));
            }
        }
        for wait in &drawing.waits {
            prop_assert!(wait.text + text::width(&wait.wait, SIZE) <= width, "{:?}", wait);
        }
        for arc in &drawing.arcs {
            prop_assert!(arc.stroke <= STROKE);
            for number in numbers(&arc.path).into_iter().chain(numbers(&arc.head)) {
                prop_assert!(number >= 0.0 && number <= drawing.height.max(width), "{}", arc.path);
            }
        }
    }

    #[test]
    fn no_two_ways_beside_the_steps_lie_on_each_other(
        links in proptest::collection::vec((0_usize..12, 0_usize..12, 1_u64..900), 0..40),
    ) {
        let flow = flow(12, &links);
        let (right, left) = lanes(&flow.links, 4);
        for lanes in [right, left] {
            for (at, (lane, link)) in lanes.iter().enumerate() {
                prop_assert!(*lane < 4);
                for (other, second) in lanes.iter().skip(at + 1) {
                    let span = |link: &Link| (link.from.min(link.to), link.from.max(link.to));
                    let ((a, b), (c, d)) = (span(link), span(second));
                    prop_assert!(lane != other || b <= c || d <= a);
                }
            }
        }
    }
}
