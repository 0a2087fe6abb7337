//! Charts: well-formed, with their figures, and nothing in them that was typed is markup.

use kanzlei_portal::web::chart::{Bar, Series, bars, lines};

/// The elements' names, after checking that each is closed where it must be.
fn elements(svg: &str) -> Vec<String> {
    let mut open: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').expect("a tag ends");
        assert!(!text.contains('>'), "{text}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.split([' ', '/']).next().unwrap().to_owned();
        all.push(name.clone());
        if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    all
}

fn bar(label: &str, value: Option<f64>, said: &str) -> Bar {
    Bar {
        label: label.to_owned(),
        value,
        said: said.to_owned(),
    }
}

fn count(all: &[String], name: &str) -> usize {
    all.iter().filter(|one| *one == name).count()
}

#[test]
fn a_chart_is_drawn_for_two_widths_and_says_what_it_finds() {
    let chart = bars("Zwei Leistungen", &[bar("A", Some(2.0), "2")]).to_string();
    assert!(chart.contains("class=\"large\" viewBox=\"0 0 640 "));
    assert!(chart.contains("class=\"slim\" viewBox=\"0 0 320 "));
    assert_eq!(chart.matches("<title>Zwei Leistungen</title>").count(), 2);
    assert_eq!(chart.matches("role=\"img\"").count(), 2);
}

#[test]
fn bars_are_as_long_as_their_values_and_have_them_at_their_ends() {
    let all = [
        bar("Umzug", Some(8.0), "8 Tage"),
        bar("Hund", Some(4.0), "4 Tage"),
        bar("Baugesuch", None, "unter 3"),
        bar("Schule", Some(0.0), "0 Tage"),
    ];
    let chart = bars("So lange dauert es", &all).to_string();
    let names = elements(&chart);
    assert_eq!(count(&names, "rect"), 2 * 3, "what was left out has no bar");
    for bar in &all {
        assert_eq!(chart.matches(&format!(">{}</text>", bar.label)).count(), 2);
        assert_eq!(chart.matches(&format!(">{}</text>", bar.said)).count(), 2);
    }
    let wide = chart.split("</svg>").next().unwrap();
    let widths = wide.split("<rect ").skip(1).map(|rect| -> f64 {
        let width = rect.split(" width=\"").nth(1).unwrap();
        width.split('"').next().unwrap().parse().unwrap()
    });
    let widths: Vec<f64> = widths.collect();
    assert!((widths[0] - 2.0 * widths[1]).abs() < 0.2, "{widths:?}");
    assert!(widths[0] < 640.0 && widths[2] <= 1.0);
}

#[test]
fn lines_have_gaps_where_figures_were_left_out() {
    let months: Vec<String> = (1..=12).map(|month| format!("{month:02}.26")).collect();
    let opened = Series {
        label: "Eröffnet".to_owned(),
        values: (0..12)
            .map(|at| (at != 5).then(|| f64::from(at * 10)))
            .collect(),
    };
    let ended = Series {
        label: "Beendet".to_owned(),
        values: vec![Some(55.0); 12],
    };
    let chart = lines("Es werden mehr", &months, &[opened, ended], |value| {
        format!("{value:.0}")
    });
    let chart = chart.to_string();
    elements(&chart);
    let wide = chart.split("</svg>").next().unwrap();
    // Two pieces of the first, one of the second, and a piece of each in the legend.
    assert_eq!(wide.matches("curve series-1").count(), 3);
    assert_eq!(wide.matches("curve series-2").count(), 2);
    for said in ["01.26", "12.26", "Eröffnet", "Beendet", ">0<", ">150<"] {
        assert!(wide.contains(said), "{said} in {wide}");
    }
}

#[test]
fn nothing_that_is_drawn_is_markup() {
    let evil = "<script>&\"'\u{1}";
    let chart = bars(evil, &[bar(evil, Some(1.0), evil)]).to_string();
    let names = elements(&chart);
    assert_eq!(count(&names, "script"), 0);
    assert!(chart.contains("&lt;script&gt;&amp;&quot;&#39; "));
}

#[test]
fn odd_figures_are_drawn_too() {
    for values in [
        vec![],
        vec![None],
        vec![Some(0.0)],
        vec![Some(1e9)],
        vec![Some(-3.0)],
    ] {
        let all = values
            .iter()
            .map(|value| bar("a", *value, "b"))
            .collect::<Vec<_>>();
        let chart = bars("", &all).to_string();
        elements(&chart);
        let places: Vec<String> = values.iter().map(|_| "x".to_owned()).collect();
        let series = Series {
            label: String::new(),
            values,
        };
        let chart = chart + &lines("", &places, &[series], |value| value.to_string()).to_string();
        elements(&chart);
        assert!(!chart.contains("NaN") && !chart.contains("inf"), "{chart}");
    }
}
