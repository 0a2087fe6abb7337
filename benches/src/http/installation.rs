//! An installation with cases of many residents, and its interface.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use futures::future::try_join_all;
use kanzlei::{Actor, CaseId, Code, Command, Form, Kanzlei, OfficialId, PersonId, TaskId};
use kanzlei_adapters::http::{Http, Limits, NotSignedIn, Options, Rate, SignIn, Viewer};

use crate::Outcome;
use crate::mix::SERVICE;

/// Cases that are made at once.
const AT_ONCE: usize = 64;

/// Who sends: `p` and a number is a resident, `o` and a number an official of that authority.
pub const WHO: &str = "x-who";

/// The municipality that all cases go to.
pub const AUTHORITY: &str = "Luzern";

/// The installation.
pub struct Installation {
    /// Itself.
    pub kanzlei: Kanzlei,
    /// Its interface, at the root.
    pub router: Router,
    /// Its cases, each claimed by a clerk, and the number of the resident whose it is.
    pub cases: Vec<(CaseId, u32)>,
    /// The number of the municipality.
    pub authority: u32,
    people: AtomicU32,
}

impl Installation {
    /// Makes it in this folder.
    ///
    /// # Errors
    /// If the store doesn't work.
    pub async fn made(folder: &Path, cases: usize) -> Outcome<Self> {
        let kanzlei = Kanzlei::open(folder)
            .register(kanzlei_services::register::lucerne()?)
            .service(kanzlei_services::certificate_of_residence()?)
            .start()?;
        let options = Options {
            path: String::new(),
            limits: Limits {
                reads: Rate::per_minute(u32::MAX),
                writes: Rate::per_minute(u32::MAX),
                ..Limits::default()
            },
            ..Options::default()
        };
        let authority = kanzlei.authority(AUTHORITY)?;
        let router = Http::new(kanzlei.clone(), Arc::new(Named), options).router();
        let mut made = Self {
            router,
            cases: Vec::with_capacity(cases),
            authority: authority.0,
            people: AtomicU32::new(0),
            kanzlei,
        };
        while made.cases.len() < cases {
            let more = AT_ONCE.min(cases - made.cases.len());
            let grown = try_join_all((0..more).map(|_| made.grown())).await?;
            made.cases.extend(grown);
        }
        made.kanzlei.up_to_date().await?;
        Ok(made)
    }

    /// The number of the first of so many residents who weren't there before.
    pub fn people(&self, count: u32) -> u32 {
        self.people.fetch_add(count, Ordering::Relaxed)
    }

    /// The form that every resident hands in.
    ///
    /// # Errors
    /// If a value isn't one.
    pub fn form(&self) -> Outcome<Form> {
        let authority = kanzlei::AuthorityId(self.authority);
        Ok(Form::new()
            .with("municipality", authority)?
            .with("purpose", "to rent a dwelling on Pilatusstrasse")?
            .with("copies", 2)?)
    }

    async fn grown(&self) -> Outcome<(CaseId, u32)> {
        let person = self.people(1);
        let resident = self.kanzlei.act_as(resident(person));
        let case = resident.submit(SERVICE, self.form()?).await?.case;
        let office = self.kanzlei.act_as(official(self.authority)?);
        let task = TaskId(1);
        office.act(case, Command::ClaimTask { task }).await?;
        Ok((case, person))
    }
}

/// The resident with this number.
pub fn resident(number: u32) -> Actor {
    let id = PersonId::from_bytes(id(number));
    Actor::resident(id, format!("Resident {number}"))
}

fn official(authority: u32) -> Outcome<Actor> {
    let official = OfficialId::from_bytes(id(authority));
    let authority = kanzlei::AuthorityId(authority);
    Ok(Actor::official(official, authority, Code::new("clerk")?))
}

fn id(number: u32) -> [u8; 16] {
    let mut id = [1; 16];
    id.iter_mut()
        .zip(number.to_be_bytes())
        .for_each(|(to, from)| *to = from);
    id
}

/// Believes the header.
struct Named;

#[async_trait]
impl SignIn for Named {
    async fn viewer(&self, request: &Parts) -> Result<Option<Viewer>, NotSignedIn> {
        let Some(name) = request
            .headers
            .get(WHO)
            .and_then(|value| value.to_str().ok())
        else {
            return Ok(None);
        };
        let nobody = || NotSignedIn::Nobody("the header names nobody");
        let (kind, number) = name.split_at_checked(1).ok_or_else(nobody)?;
        let number = number.parse().map_err(|_| nobody())?;
        let actor = match kind {
            "p" => resident(number),
            "o" => official(number).map_err(|_| nobody())?,
            _ => return Err(nobody()),
        };
        Ok(Some(Viewer {
            actor,
            identity: name.to_owned(),
            name: name.to_owned(),
            until: None,
        }))
    }
}
