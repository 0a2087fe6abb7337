//! Services drawn at random, each one that can be used.

use kanzlei_core::domain::{About, Category, NeededAssurance};
use kanzlei_core::record::Assurance;
use kanzlei_core::{
    AuthorityId, Choice, Code, Competence, Date, Disclosure, DocumentKind, Field, FieldKind,
    Fields, Grant, Labels, Language, Opening, Outcome, Oversight, Phase, Privacy, Service,
    TaskKind,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

fn code() -> impl Strategy<Value = Code> {
    "[a-z0-9][a-z0-9-]{0,7}".prop_map(|text| Code::new(&text).unwrap())
}

fn text() -> impl Strategy<Value = String> {
    "[a-zäé\"\\\\\n\t😀\u{7f}]{0,6}[a-z']"
}

fn labels() -> impl Strategy<Value = Labels> {
    (text(), vec(option::of(text()), 3)).prop_map(|(german, others)| {
        let languages = [Language::Fr, Language::It, Language::En];
        let written = languages.into_iter().zip(others);
        written.fold(Labels::de(german), |labels, (language, text)| match text {
            Some(text) => labels.with(language, text),
            None => labels,
        })
    })
}

/// So many different codes, each with labels.
fn named(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(Code, Labels)>> {
    btree_set(code(), count).prop_flat_map(|codes| {
        let labels = vec(labels(), codes.len());
        labels.prop_map(move |labels| codes.iter().cloned().zip(labels).collect())
    })
}

fn day() -> impl Strategy<Value = Date> {
    (-719_162_i32..=2_932_896).prop_map(|days| Date::from_days(days).unwrap())
}

fn kind() -> impl Strategy<Value = FieldKind> {
    let choices = named(1..5).prop_map(|named| {
        let choices = named
            .into_iter()
            .map(|(code, labels)| Choice { code, labels });
        FieldKind::Choice {
            choices: choices.collect(),
        }
    });
    prop_oneof![
        (1_u32..=50_000).prop_map(|max_length| FieldKind::Text { max_length }),
        (any::<i64>(), any::<i64>()).prop_map(|(a, b)| FieldKind::Integer {
            min: a.min(b),
            max: a.max(b)
        }),
        Just(FieldKind::Date),
        Just(FieldKind::Boolean),
        choices,
        Just(FieldKind::Municipality),
    ]
}

fn fields() -> impl Strategy<Value = Vec<Field>> {
    let parts = named(0..8).prop_flat_map(|named| {
        let rest = vec((kind(), any::<bool>(), option::of(text())), named.len());
        (Just(named), rest)
    });
    parts.prop_map(|(named, rest)| {
        let parts = named.into_iter().zip(rest);
        let field = |((code, labels), (kind, required, reason)): (_, (FieldKind, _, Option<_>))| {
            let may_be_plain = ["boolean", "choice", "municipality"].contains(&kind.name());
            let privacy = match reason.filter(|_| may_be_plain) {
                Some(reason) => Privacy::Plain { reason },
                None => Privacy::Personal,
            };
            Field {
                code,
                labels,
                kind,
                required,
                privacy,
            }
        };
        parts.map(field).collect()
    })
}

fn grant(codes: Vec<Code>) -> impl Strategy<Value = Grant> {
    let most = codes.len();
    let fields = prop_oneof![
        Just(Fields::All),
        subsequence(codes, 0..=most).prop_map(Fields::Only),
    ];
    (fields, any::<[bool; 4]>(), text()).prop_map(|(fields, disclosed, basis)| {
        let [messages, grounds, documents, parties] = disclosed;
        Grant {
            fields,
            messages,
            grounds,
            documents,
            parties,
            basis,
        }
    })
}

fn opening() -> impl Strategy<Value = Opening> {
    (any::<bool>(), text()).prop_map(|(open, basis)| Opening { open, basis })
}

fn about() -> impl Strategy<Value = Option<About>> {
    let words = vec((0..4_usize, vec("[a-z]{1,9}", 1..4)), 0..4).prop_map(|words| {
        let by_language = |(at, words): (usize, Vec<String>)| (Language::ALL[at], words);
        words.into_iter().map(by_language).collect()
    });
    let rest = (
        option::of(labels()),
        option::of(0..=3_653_u32),
        option::of(labels()),
    );
    let about = (labels(), code(), labels(), words, rest).prop_map(
        |(summary, code, labels, keywords, (cost, duration_days, needs))| About {
            summary,
            category: Category { code, labels },
            keywords,
            cost,
            duration_days,
            needs,
        },
    );
    option::of(about)
}

fn assurance() -> impl Strategy<Value = NeededAssurance> {
    (0_u8..=3, 0_u8..=3).prop_map(|(submit, read)| NeededAssurance {
        submit: Assurance(submit),
        read: Assurance(read),
    })
}

fn disclosure(codes: Vec<Code>) -> impl Strategy<Value = Disclosure> {
    let grants = vec(grant(codes), 3);
    (grants, opening(), opening()).prop_map(|(grants, outline, public)| {
        let [own, file, shared] = grants.try_into().unwrap();
        Disclosure {
            own,
            file,
            shared,
            outline,
            public,
        }
    })
}

/// All competences that a form with these fields allows; the first may be responsible.
fn competences(fields: &[Field], pick: Index) -> (Competence, Vec<Competence>) {
    let municipality = |field: &&Field| field.kind == FieldKind::Municipality;
    let of = |field: &Field| Competence::MunicipalityOf(field.code.clone());
    let mut responsible = vec![Competence::Fixed(AuthorityId(10_003))];
    responsible.extend(
        fields
            .iter()
            .filter(municipality)
            .filter(|field| field.required)
            .map(of),
    );
    let responsible = responsible.swap_remove(pick.index(responsible.len()));
    let mut involved = vec![Competence::Fixed(AuthorityId(u32::MAX))];
    involved.extend(fields.iter().filter(municipality).map(of));
    involved.retain(|competence| *competence != responsible);
    involved.truncate(pick.index(involved.len() + 1));
    (responsible, involved)
}

/// A service that can be used.
pub fn service() -> impl Strategy<Value = Service> {
    fields().prop_flat_map(|fields| {
        let codes = fields.iter().map(|field| field.code.clone()).collect();
        let lists = (
            named(1..4),
            named(0..5),
            named(0..4),
            named(0..3),
            named(0..3),
        );
        let rest = (
            vec(any::<Index>(), 5),
            vec(option::of(any::<Index>()), 5),
            vec(any::<bool>(), 4),
        );
        let whole = (
            code(),
            labels(),
            day(),
            option::of(day()),
            (disclosure(codes), assurance(), about()),
        );
        (Just(fields), lists, rest, whole).prop_map(
            |(fields, lists, (picks, phases_of, flags), whole)| {
                let (name, labels, day, other, (disclosure, assurance, about)) = whole;
                let (phases, tasks, documents, outcomes, oversight) = lists;
                let phase_codes: Vec<Code> = phases.iter().map(|(code, _)| code.clone()).collect();
                let tasks = tasks
                    .into_iter()
                    .zip(phases_of)
                    .map(|((code, labels), phase)| TaskKind {
                        code,
                        labels,
                        phase: phase.map(|phase| phase.get(&phase_codes).clone()),
                    });
                let documents = documents.into_iter().zip(flags);
                let (competence, involved) = competences(&fields, picks[0]);
                Service {
                    name,
                    labels,
                    about,
                    valid_from: other.map_or(day, |other| other.min(day)),
                    valid_until: other.map(|other| other.max(day)),
                    competence,
                    involved,
                    phases: phases
                        .into_iter()
                        .map(|(code, labels)| Phase { code, labels })
                        .collect(),
                    tasks: tasks.collect(),
                    documents: documents
                        .map(|((code, labels), required)| DocumentKind {
                            code,
                            labels,
                            required,
                        })
                        .collect(),
                    fields,
                    outcomes: outcomes
                        .into_iter()
                        .map(|(code, labels)| Outcome { code, labels })
                        .collect(),
                    disclosure,
                    assurance,
                    oversight: oversight
                        .into_iter()
                        .map(|(level, _)| Oversight {
                            role: level.clone(),
                            level,
                        })
                        .collect(),
                    activities: Vec::new(),
                }
            },
        )
    })
}
