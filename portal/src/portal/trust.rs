//! Who says who somebody is: the issuers of a file, or the demonstration's own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kanzlei::Kanzlei;
use kanzlei::core::engine::Ports;
use kanzlei_adapters::oidc::{SealedShelf, Settings, SignIns};
use kanzlei_portal::mark::Mark;
use kanzlei_portal::web::{Issuer, NotHere, Person};
use owo_colors::OwoColorize;

use super::Portal;
use crate::demo;
use crate::failure::Failure;
use crate::output::Output;

/// Who says who somebody is.
pub enum Trust {
    /// The issuers of these settings, which were in this folder.
    Issuers(Settings, PathBuf),
    /// Whoever is asked: nobody in the store exists.
    Demonstration(Mark),
}

/// What the portal trusts, and the demonstration's issuer if it is that.
pub struct Trusted {
    settings: Settings,
    folder: PathBuf,
    pub issuer: Option<Issuer>,
}

/// What to do where the demonstration's issuer must not be.
const CONFIGURE: &str = "say with --sign-in FILE.toml which issuers sign people in; the README has \
                         an example under “Signing in”";

impl Trust {
    /// Whom this portal is to trust.
    pub fn of(store: &Path, portal: &Portal) -> Result<Self, Failure> {
        if let Some(file) = &portal.sign_in {
            return from_file(file);
        }
        match Mark::of(store).map_err(Failure::store)? {
            Some(_) if !portal.address.is_loopback() => Err(reachable()),
            Some(mark) => Ok(Self::Demonstration(mark)),
            None => Err(Failure::usage(format!(
                "nobody can sign in: `kanzlei demo` has not made the store in {}, so that people \
                 in it may exist. For a portal, {CONFIGURE}",
                store.display()
            ))),
        }
    }

    /// The settings for a portal that listens there.
    pub fn settings(
        self,
        kanzlei: &Kanzlei,
        address: SocketAddr,
        public_url: &str,
    ) -> Result<Trusted, Failure> {
        let mark = match self {
            Self::Issuers(settings, folder) => {
                return Ok(Trusted {
                    settings,
                    folder,
                    issuer: None,
                });
            }
            Self::Demonstration(mark) => mark,
        };
        let people = demo::cast(kanzlei, mark.seed())?;
        let ports = kanzlei.engine().ports();
        let (clock, entropy) = (Arc::clone(&ports.clock), Arc::clone(&ports.entropy));
        let issuer = Issuer::new(mark, address, public_url, people, (clock, entropy));
        let issuer = issuer.map_err(|why| match why {
            NotHere::Reachable => reachable(),
            NotHere::Entropy(error) => Failure::store(error),
        })?;
        Ok(Trusted {
            settings: Settings::from_toml(&issuer.settings()).map_err(Failure::broken)?,
            folder: PathBuf::new(),
            issuer: Some(issuer),
        })
    }
}

impl Trusted {
    /// The ways in which people and programs sign in.
    pub async fn sign_ins(
        &self,
        ports: &Ports,
        kept: Arc<SealedShelf>,
        public_url: &str,
    ) -> Result<SignIns, Failure> {
        let settings = self.settings.clone();
        let sign_ins = SignIns::open(settings, ports, kept, public_url, &self.folder).await;
        sign_ins.map_err(Failure::usage)
    }
}

fn from_file(file: &Path) -> Result<Trust, Failure> {
    let said = |why: String| Failure::usage(format!("{}: {why}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| said(error.to_string()))?;
    let settings = Settings::from_toml(&text);
    let settings = settings.map_err(|error| said(format!("\n{error}")))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    Ok(Trust::Issuers(settings, folder.to_owned()))
}

fn reachable() -> Failure {
    Failure::usage(format!(
        "whoever reaches the demonstration may be anybody in it, so it is there for this machine \
         alone: leave out --address and --public-url, or {CONFIGURE}"
    ))
}

/// Tells how to sign in, in a browser and as a program.
pub fn tell(out: &mut Output, public_url: &str, people: &[Person]) -> Result<(), Failure> {
    out.line(format_args!("\n{}", "Sign in as".bold()))?;
    for person in people {
        out.line(format_args!(
            "  {:14}  {:20}  {public_url}/sign-in?login_hint={0}",
            person.key, person.name
        ))?;
    }
    out.line("\nA token for programs, in the same way for each of them:")?;
    out.line(format_args!(
        "  curl -d grant_type=client_credentials -d person=clerk-luzern {public_url}/issuer/token"
    ))?;
    out.line("\nCtrl-C ends it.")
}
