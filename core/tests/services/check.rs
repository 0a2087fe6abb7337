//! What a service may not say.

use kanzlei_core::domain::{About, Category};
use kanzlei_core::record::Assurance;
use kanzlei_core::{
    AuthorityId, Code, Competence, Disclosure, FieldKind, Fields, Labels, Language, Oversight,
    Phase, Privacy, Service, TaskKind,
};

use super::everything;

fn code(text: &str) -> Code {
    Code::new(text).unwrap()
}

/// A rule: what is done to a good service, and what must be said about it, where.
type Rule = (&'static str, &'static str, fn(&mut Service));

const RULES: &[Rule] = &[
    ("labels.de", "missing", |it| it.labels = Labels::de("")),
    ("labels.fr", "at most 1000", |it| {
        it.labels = Labels::de("x").with(Language::Fr, "é".repeat(1001));
    }),
    ("valid-until", "before the first", |it| {
        it.valid_until = Some(it.valid_from.plus_days(-1));
    }),
    ("about.summary.de", "missing", |it| {
        about(it).summary = Labels::de(" ");
    }),
    ("about.category.labels.fr", "at most 1000", |it| {
        about(it).category.labels = Labels::de("x").with(Language::Fr, "é".repeat(1001));
    }),
    ("about.keywords.de[1]", "at most 60", |it| {
        about(it)
            .keywords
            .insert(Language::De, vec!["x".into(), "x".repeat(61)]);
    }),
    ("about.keywords.en", "no words", |it| {
        about(it).keywords.insert(Language::En, Vec::new());
    }),
    ("about.keywords.it", "at most 100", |it| {
        about(it)
            .keywords
            .insert(Language::It, vec!["x".into(); 101]);
    }),
    ("about.cost.de", "missing", |it| {
        about(it).cost = Some(Labels::de(""));
    }),
    ("about.needs.de", "missing", |it| {
        about(it).needs = Some(Labels::de(""));
    }),
    ("about.duration-days", "at most 3653", |it| {
        about(it).duration_days = Some(3_654);
    }),
    ("assurance.read", "at most high", |it| {
        it.assurance.read = Assurance(4);
    }),
    ("phases[1].code", "used twice", |it| {
        it.phases[1].code = it.phases[0].code.clone();
    }),
    ("tasks[0].phase", "no phase “x”", |it| {
        it.tasks[0].phase = Some(code("x"));
    }),
    ("tasks[1].code", "used twice", |it| {
        it.tasks[1].code = it.tasks[0].code.clone();
    }),
    ("documents[1].code", "used twice", |it| {
        it.documents[1].code = it.documents[0].code.clone();
    }),
    ("outcomes[1].code", "used twice", |it| {
        it.outcomes.push(it.outcomes[0].clone());
    }),
    ("oversight[2]", "there already", |it| {
        it.oversight.push(it.oversight[0].clone());
    }),
    ("competence", "no field “x”", |it| {
        it.competence = Competence::MunicipalityOf(code("x"));
    }),
    ("competence", "must be required", |it| {
        it.fields[0].required = false;
    }),
    ("competence", "of type boolean", |it| {
        it.fields[0].kind = FieldKind::Boolean;
    }),
    ("involved[1]", "no field “x”", |it| {
        it.involved[1] = Competence::MunicipalityOf(code("x"));
    }),
    ("involved[1]", "already", |it| {
        it.involved[1] = it.involved[0].clone();
    }),
    ("involved[0]", "already", |it| {
        it.involved[0] = it.competence.clone();
    }),
    ("fields[2].max-length", "1 to 50000", |it| {
        it.fields[2].kind = FieldKind::Text { max_length: 50_001 };
    }),
    ("fields[3].max", "below the smallest", |it| {
        it.fields[3].kind = FieldKind::Integer { min: 1, max: 0 };
    }),
    ("fields[6].choices", "nothing to choose", |it| {
        it.fields[6].kind = FieldKind::Choice {
            choices: Vec::new(),
        };
    }),
    ("fields[6].choices[1].code", "used twice", |it| {
        let FieldKind::Choice { choices } = &mut it.fields[6].kind else {
            return;
        };
        choices[1].code = choices[0].code.clone();
    }),
    ("fields[2].plain", "always personal", |it| plain(it, 2)),
    ("fields[3].plain", "always personal", |it| plain(it, 3)),
    ("fields[4].plain", "always personal", |it| plain(it, 4)),
    ("fields[5].plain", "missing", |it| {
        it.fields[5].privacy = Privacy::Plain {
            reason: "\n".to_owned(),
        };
    }),
    ("disclosure.own.basis", "missing", |it| {
        it.disclosure.own.basis.clear();
    }),
    ("disclosure.outline.basis", "missing", |it| {
        it.disclosure.outline.basis.clear();
    }),
    ("disclosure.shared.fields[1]", "there already", |it| {
        it.disclosure.shared.fields = Fields::Only(vec![code("boat"), code("boat")]);
    }),
    ("disclosure.file.fields[0]", "no field “x”", |it| {
        it.disclosure.file.fields = Fields::Only(vec![code("x")]);
    }),
    ("involved", "there are 51; at most 50", |it| {
        it.involved = (0..51)
            .map(|number| Competence::Fixed(AuthorityId(number)))
            .collect();
    }),
    ("phases", "there are 102; at most 100", |it| {
        many(100, |code, labels| {
            it.phases.push(Phase { code, labels });
        });
    }),
    ("tasks", "there are 502; at most 500", |it| {
        many(500, |code, labels| {
            it.tasks.push(TaskKind {
                code,
                labels,
                phase: None,
            });
        });
    }),
    ("oversight", "there are 52; at most 50", |it| {
        many(50, |code, _| {
            it.oversight.push(Oversight {
                level: code.clone(),
                role: code,
            });
        });
    }),
    ("name", "at most 16777216 are allowed", |it| {
        (0..17_000).for_each(|_| it.activities.push("x".repeat(1_000)));
    }),
];

/// What the service says about itself, and something if it says nothing.
fn about(service: &mut Service) -> &mut About {
    let category = Category {
        code: code("animals"),
        labels: Labels::de("Tiere"),
    };
    service
        .about
        .get_or_insert(About::new(Labels::de("Fischen"), category))
}

fn plain(service: &mut Service, field: usize) {
    service.fields[field].privacy = Privacy::Plain {
        reason: "why not".to_owned(),
    };
}

fn many(count: usize, mut add: impl FnMut(Code, Labels)) {
    (0..count).for_each(|number| add(code(&format!("n{number}")), Labels::de("n")));
}

#[test]
fn each_rule_finds_its_mistake_and_nothing_else() {
    assert_eq!(everything().check(), Ok(()));
    for (path, message, spoil) in RULES {
        let mut service = everything();
        spoil(&mut service);
        let problems = service.check().unwrap_err();
        let [problem] = problems.problems() else {
            panic!("{path}: {problems}");
        };
        assert_eq!(problem.path, *path);
        assert!(
            problem.message.contains(message),
            "{path}: {}",
            problem.message
        );
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut service = everything();
    service.phases.clear();
    service.tasks.remove(0);
    service.disclosure = Disclosure::narrow("");
    let problems = service.check().unwrap_err();
    let paths: Vec<&str> = problems
        .problems()
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    let standings = ["own", "file", "shared", "outline"];
    let mut wanted = vec!["phases".to_owned()];
    wanted.extend(standings.map(|standing| format!("disclosure.{standing}.basis")));
    assert_eq!(paths, wanted);
}

#[test]
fn a_builder_says_all_at_the_end() {
    let problems = Service::builder("A B", Labels::de("x"))
        .valid_from(2026, 2, 30)
        .required("f", Labels::de(" "), FieldKind::Date)
        .plain("g", "why")
        .municipality_of("f")
        .phase("p", Labels::de("P"))
        .task("q", "t", Labels::de("T"))
        .build()
        .unwrap_err();
    let paths: Vec<&str> = problems
        .problems()
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    let wanted = [
        "name",
        "valid-from",
        "fields",
        "disclosure",
        "tasks[0].phase",
        "fields[0].labels.de",
        "competence",
    ];
    assert_eq!(paths, wanted);
}

#[test]
fn a_service_is_valid_on_its_first_and_last_day() {
    let service = everything();
    let (first, last) = (service.valid_from, service.valid_until.unwrap());
    let days = [first.plus_days(-1), first, last, last.plus_days(1)];
    assert_eq!(
        days.map(|day| service.is_valid_on(day)),
        [false, true, true, false]
    );
}

#[test]
fn a_grant_discloses_what_it_names() {
    let disclosure = everything().disclosure;
    assert!(disclosure.own.discloses("boat"));
    assert!(disclosure.shared.discloses("waters"));
    assert!(!disclosure.shared.discloses("boat"));
    assert!(!Disclosure::narrow("x").shared.discloses("waters"));
}

#[test]
fn a_phase_adds_no_more_tasks_than_fit_the_commit_that_enters_it() {
    let labels = || Labels::de("Prüfung");
    let with = |tasks: usize| {
        let builder = Service::builder("many-tasks", labels())
            .valid_from(2025, 1, 1)
            .authority(AuthorityId(1061))
            .phase("review", labels())
            .disclosure(Disclosure::narrow("SRL 38"));
        let task = |builder: kanzlei_core::ServiceBuilder, at| {
            builder.task("review", &format!("task-{at}"), labels())
        };
        (0..tasks).fold(builder, task).build()
    };
    assert!(with(150).is_ok());
    let problems = with(151).unwrap_err();
    assert_eq!(problems.problems()[0].path, "phases[0]");
}
