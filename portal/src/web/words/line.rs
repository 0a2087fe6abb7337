//! What happened in a case, in sentences: who did what, and what it means.

use kanzlei::core::domain::{By, Catalogue, Entry, PartyShown, TaskShown};
use kanzlei::{AuthorityId, Labels, PartyId, Service, TaskId, Timestamp};

use super::{FluentValue, Words, Zurich};

/// What is needed to tell what happened in a case.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// The language.
    pub words: Words,
    /// Names of authorities, as they were then.
    pub catalogue: &'a Catalogue,
    /// The edition under which the case runs.
    pub service: Option<&'a Service>,
    /// The party who reads it; none for an official.
    pub reader: Option<PartyId>,
    /// The parties whose names the reader may know.
    pub parties: &'a [PartyShown],
    /// The tasks that the reader may know of.
    pub tasks: &'a [TaskShown],
}

/// Who did something, as far as sentences differ by it.
struct Doer {
    /// `you`, `named`, `auto` or `somebody`.
    kind: &'static str,
    name: String,
}

impl Telling<'_> {
    /// What happened, in a sentence that ends with a full stop.
    pub fn sentence(&self, entry: &Entry) -> String {
        let doer = self.doer(entry);
        let about = self.about(entry);
        let number = i64::from(entry.number.unwrap_or(0));
        let other = entry.authority.map(|id| self.authority(id, entry.at));
        let by = ("by", FluentValue::from(doer.kind));
        let who = ("who", FluentValue::from(doer.name));
        let what = ("what", FluentValue::from(about));
        let number = ("number", FluentValue::from(number));
        let other = ("other", FluentValue::from(other.unwrap_or_default()));
        let t = |key: &str, arguments: &[(&str, FluentValue<'_>)]| self.words.text(key, arguments);
        match entry.event {
            "CaseOpened" => t("line-opened", &[]),
            "PartyAdded" if entry.number.map(PartyId) == self.reader => {
                t("line-you-added", &[what])
            }
            "PartyAdded" => {
                let name = self.party(PartyId(entry.number.unwrap_or(0)));
                t("line-party-added", &[("name", name.into()), what])
            }
            "Submitted" => t("line-submitted", &[by, who]),
            "PhaseEntered" => t("line-phase", &[what]),
            "AuthorityInvolved" => t("line-involved", &[other]),
            "AuthorityNoLongerInvolved" => t("line-no-longer-involved", &[other]),
            "DecisionIssued" => t("line-decided", &[by, who, what]),
            "Closed" => t("line-closed", &[by, who]),
            "Withdrawn" => t("line-withdrawn", &[by, who]),
            "Reopened" => t("line-reopened", &[by, who]),
            "TaskAdded" => t("line-task-added", &[other, what]),
            "TaskAssigned" => t("line-task-assigned", &[by, who, what]),
            "TaskClaimed" => t("line-task-claimed", &[by, who, what]),
            "TaskReleased" => t("line-task-released", &[by, who, what]),
            "TaskCompleted" => t("line-task-completed", &[by, who, what]),
            "InformationRequested" if self.reader.is_some() => t("line-asked-you", &[by, who]),
            "InformationRequested" => t("line-asked", &[by, who, number]),
            "InformationProvided" => t("line-answered", &[by, who]),
            "MessageSent" => t("line-message", &[by, who]),
            "DocumentReferenced" => t("line-document", &[by, who, what]),
            "HandedOver" => t("line-handed-over", &[by, who, other]),
            "HandoverAccepted" => t("line-handover-accepted", &[by, who, other]),
            "HandoverRefused" => t("line-handover-refused", &[by, who]),
            "CaseTakenOver" => t("line-taken-over", &[]),
            "ActivityRecorded" => t("line-activity", &[what]),
            _ => t("line-changed", &[]),
        }
    }

    fn doer(&self, entry: &Entry) -> Doer {
        let named = |name| Doer {
            kind: "named",
            name,
        };
        match entry.by {
            By::Party(party) if Some(party) == self.reader => Doer {
                kind: "you",
                name: String::new(),
            },
            By::Party(party) => named(self.party(party)),
            By::Authority(authority) | By::Official(_, authority) => {
                named(self.authority(authority, entry.at))
            }
            By::Installation => Doer {
                kind: "auto",
                name: String::new(),
            },
            By::Other => Doer {
                kind: "somebody",
                name: String::new(),
            },
        }
    }

    /// What an authority was called then.
    pub fn authority(&self, authority: AuthorityId, at: Timestamp) -> String {
        let day = Zurich::of(at).day;
        self.catalogue.authority_name(authority, day)
    }

    /// A party's name, or what stands for one that was erased or isn't told.
    fn party(&self, party: PartyId) -> String {
        let known = self.parties.iter().find(|one| one.party == party);
        match known.map(|one| one.name.shown()) {
            Some(Some(name)) => name.clone(),
            Some(None) => self.words.t("line-erased-party"),
            None => self.words.t1("line-party", "number", i64::from(party.0)),
        }
    }

    /// The phase, outcome, role, task, document or activity that an event is about.
    fn about(&self, entry: &Entry) -> String {
        let code = entry.code.as_ref().map_or("", |code| code.as_str());
        let service = self.service;
        let label = |labels: Option<&Labels>| {
            let language = self.words.language();
            labels.map_or_else(|| code.to_owned(), |labels| labels.get(language).to_owned())
        };
        match entry.event {
            "PhaseEntered" => label(service.and_then(|one| Some(&one.phase(code)?.labels))),
            "DecisionIssued" => label(service.and_then(|one| Some(&one.outcome(code)?.labels))),
            "TaskAdded" => label(service.and_then(|one| Some(&one.task(code)?.labels))),
            "DocumentReferenced" => {
                label(service.and_then(|one| Some(&one.document(code)?.labels)))
            }
            "PartyAdded" => self.role(code),
            "TaskAssigned" | "TaskClaimed" | "TaskReleased" | "TaskCompleted" => {
                self.task(TaskId(entry.number.unwrap_or(0)))
            }
            "ActivityRecorded" => {
                let at = usize::from(entry.number.unwrap_or(0));
                let name = service.and_then(|one| one.activities.get(at));
                name.cloned().unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// A role in words; one of a service's own is its code.
    pub fn role(&self, code: &str) -> String {
        let key = match code {
            "applicant" => "role-applicant",
            "representative" => "role-representative",
            "objector" => "role-objector",
            "third-party" => "role-third-party",
            other => return other.to_owned(),
        };
        self.words.t(key)
    }

    /// What a task is called.
    fn task(&self, task: TaskId) -> String {
        let shown = self.tasks.iter().find(|one| one.task == task);
        let kind = shown.and_then(|one| self.service?.task(one.kind.as_str()));
        kind.map_or_else(
            || self.words.t1("line-task", "number", i64::from(task.0)),
            |kind| kind.labels.get(self.words.language()).to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use kanzlei::core::domain::event::Event;
    use kanzlei::core::domain::{Disclosed, TypedEvent};
    use kanzlei::{Code, Language, OfficialId, Version};

    use super::*;

    fn entry(event: &'static str, by: By) -> Entry {
        Entry {
            version: Version(1),
            at: Timestamp::default(),
            by,
            event,
            code: Some(Code::new("review").unwrap()),
            authority: Some(AuthorityId(1061)),
            number: Some(2),
            text: None,
        }
    }

    /// The words themselves are asserted where they must be exact; that there are any, for all.
    #[test]
    fn every_kind_of_event_has_a_sentence_for_whoever_did_it_in_every_language() {
        let doers = [
            By::Party(PartyId(1)),
            By::Party(PartyId(2)),
            By::Authority(AuthorityId(1061)),
            By::Official(OfficialId::from_bytes([1; 16]), AuthorityId(1061)),
            By::Installation,
            By::Other,
        ];
        let (catalogue, service) = (
            Catalogue::default(),
            kanzlei::services::move_of_residence().unwrap(),
        );
        let kinds = Event::KINDS.iter().map(|(_, _, name)| *name);
        for event in kinds.chain(["Own", "Unknown"]) {
            for by in doers {
                for reader in [Some(PartyId(1)), None] {
                    for language in Language::ALL {
                        let telling = Telling {
                            words: Words::of(language),
                            catalogue: &catalogue,
                            service: Some(&service),
                            reader,
                            parties: &[],
                            tasks: &[],
                        };
                        let said = telling.sentence(&entry(event, by));
                        assert!(said.ends_with('.'), "{event} {by:?} {language}: {said}");
                        assert!(!said.contains("  "), "{event} {by:?} {language}: {said}");
                        assert!(!said.starts_with(' '), "{event} {by:?} {language}: {said}");
                        assert!(!said.contains(event), "{event} {by:?} {language}: {said}");
                        // Without a register an authority is called “authority 1061”.
                        let named = said.trim_start_matches("authority");
                        let first = named.chars().next().unwrap();
                        assert!(!first.is_lowercase(), "{event} {language}: {said}");
                    }
                }
            }
        }
    }

    #[test]
    fn you_are_told_what_you_did_and_others_by_name() {
        let catalogue = Catalogue::default();
        let parties = [PartyShown {
            party: PartyId(2),
            role: Code::new("applicant").unwrap(),
            name: Disclosed::Shown("Anna Muster".to_owned()),
        }];
        let told = |language, reader, event| {
            let telling = Telling {
                words: Words::of(language),
                catalogue: &catalogue,
                service: None,
                reader,
                parties: &parties,
                tasks: &[],
            };
            telling.sentence(&entry(event, By::Party(PartyId(2))))
        };
        let you = Some(PartyId(2));
        for (language, said) in [
            (Language::De, "Sie haben das Gesuch eingereicht."),
            (Language::Fr, "Vous avez déposé la demande."),
            (Language::It, "Ha inoltrato la domanda."),
            (Language::En, "You submitted the application."),
        ] {
            assert_eq!(told(language, you, "Submitted"), said);
        }
        assert_eq!(
            told(Language::De, None, "Submitted"),
            "Anna Muster hat das Gesuch eingereicht."
        );
        let unknown = told(Language::De, you, "SomethingNew");
        assert_eq!(unknown, "Im Dossier hat sich etwas geändert.");
    }
}
