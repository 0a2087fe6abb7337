//! No view holds what is personal, and a projection that leaks is caught.

use std::sync::Arc;

use futures::executor::block_on;
use kanzlei_core::domain::event::Event;
use kanzlei_core::ports::{Access, KeyVault, Purpose};
use kanzlei_projections::{Interest, PartInLog, Projection, ProjectionError, Runner, Views};
use kanzlei_store::MemoryKeyVault;

use super::stores::TestViews;
use super::town::{Town, person};
use super::views_equal_oracles::{catch_up, start};

/// Opens who a party is, with keys that no projection is given.
struct Leaking(Arc<MemoryKeyVault>);

impl Projection for Leaking {
    fn name(&self) -> &'static str {
        "leaking"
    }

    fn revision(&self) -> u32 {
        1
    }

    fn interest(&self) -> Interest {
        Interest::in_cases().of_kinds([0x0101..=0x0101])
    }

    fn apply(&self, part: &PartInLog<'_>, views: &mut Views<'_>) -> Result<(), ProjectionError> {
        for event in part.decoded() {
            if let (_, Some(Event::PartyAdded(added))) = event? {
                let why = Access {
                    purpose: Purpose::Disclose,
                    case: None,
                };
                let keys = block_on(self.0.fetch(&[added.slot], why))?;
                let details = added.details.open(&keys).unwrap();
                views.put(part.part.case.as_bytes(), details.name.into_bytes());
            }
        }
        Ok(())
    }
}

#[test]
fn no_view_holds_a_name_and_one_that_does_is_found() {
    let mut town = Town::new();
    let at = town.case("dog-registration", 1061);
    let party = town.party(1, Some(person(0)), "Planted Muster");
    let now = town.now;
    let position = town.commit(vec![(at, vec![(party, now)])]);
    let views = TestViews::new();
    let runner = start(&town, &views, 1_000);
    catch_up(&runner, position);
    let bytes = String::from_utf8_lossy(person(0).as_bytes()).into_owned();
    let planted = ["Planted", "Muster", bytes.as_str()];
    assert!(views.rows().len() > 5, "there is something to search");
    assert!(views.holding(&planted).is_empty());

    let leaking = Arc::new(Leaking(town.vault.clone()));
    let builder = Runner::builder(town.log.clone(), Arc::new(views.clone()));
    let runner = builder.project(leaking).start().unwrap();
    block_on(runner.caught_up("leaking", position)).unwrap();
    assert_eq!(
        views.holding(&planted).into_iter().collect::<Vec<_>>(),
        ["leaking"]
    );
}
