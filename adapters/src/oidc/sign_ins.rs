//! From settings to ways of signing in.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kanzlei_core::engine::Ports;
use openidconnect::{ClientSecret, RedirectUrl};
use reqwest::Url;

use super::address::{is_bare, is_trustworthy};
use super::any_of::AnyOf;
use super::bearer::{Bearer, Remembered};
use super::browser::{Browser, Inner};
use super::client::Client;
use super::cookies::Cookies;
use super::fetch::Fetcher;
use super::revocations::Revocations;
use super::sessions::Sessions;
use super::settings::Settings;
use super::shelf::{Shelf, ShelfError};
use super::tokens::{Issuers, Trusted};
use crate::http::SignIn;

/// The ways in which people and programs sign in.
#[derive(Clone)]
pub struct SignIns {
    /// Bearer tokens, of all issuers.
    pub bearer: Arc<Bearer>,
    /// The code flow, if there is an issuer through which people sign in.
    pub browser: Option<Browser>,
    /// What takes sign-ins back.
    pub revocations: Arc<Revocations>,
}

/// Why nobody could sign in.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInsError {
    /// The portal's own address isn't one.
    #[error("“{0}” is no address of a portal: give https://, the host and no path")]
    PublicUrl(String),
    /// A client's secret can't be read.
    #[error("{}: {source}", path.display())]
    Secret {
        /// Where it should be.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Sign-ins can't be kept.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// No request can be sent.
    #[error("issuers can't be asked: {0}")]
    Client(String),
}

impl SignIns {
    /// The ways that these settings say, into an installation with these ports, for a portal that
    /// people reach under `public_url`. Files with secrets are looked for in `folder`. Issuers are
    /// asked when they are needed, so they needn't answer yet.
    ///
    /// # Errors
    /// If an address or a secret is wrong, or the shelf can't be read.
    pub async fn open(
        settings: Settings,
        ports: &Ports,
        shelf: Arc<dyn Shelf>,
        public_url: &str,
        folder: &Path,
    ) -> Result<Self, SignInsError> {
        let wrong = || SignInsError::PublicUrl(public_url.to_owned());
        let url = Url::parse(public_url).map_err(|_| wrong())?;
        if !is_trustworthy(&url) || !is_bare(&url) || url.path() != "/" {
            return Err(wrong());
        }
        let clock = Arc::clone(&ports.clock);
        let fetcher = Fetcher::new().map_err(|error| SignInsError::Client(error.to_string()))?;
        let issuers = Arc::new(Issuers::new(settings, &fetcher, &clock));
        let revocations = Revocations::open(Arc::clone(&shelf), Arc::clone(&clock)).await?;
        let revocations = Arc::new(revocations);
        let redirect = url.join("sign-in/callback").map_err(|_| wrong())?;
        let mut clients = Vec::new();
        for issuer in issuers.all() {
            clients.extend(client(issuer, &redirect, &fetcher, folder)?);
        }
        let browser = (!clients.is_empty()).then(|| {
            Browser(Arc::new(Inner {
                cookies: Cookies::of(&url),
                public_url: url,
                clients,
                issuers: Arc::clone(&issuers),
                sessions: Sessions {
                    shelf,
                    clock: Arc::clone(&clock),
                    entropy: Arc::clone(&ports.entropy),
                    changing: tokio::sync::Mutex::default(),
                },
                revocations: Arc::clone(&revocations),
                vault: Arc::clone(&ports.vault),
            }))
        });
        let bearer = Bearer {
            issuers,
            revocations: Arc::clone(&revocations),
            vault: Arc::clone(&ports.vault),
            clock,
            remembered: Mutex::new(Remembered::default()),
        };
        Ok(Self {
            bearer: Arc::new(bearer),
            browser,
            revocations,
        })
    }

    /// All of them as one: a request with a token is its token's, one without is its cookie's.
    pub fn any(&self) -> Arc<dyn SignIn> {
        let bearer = Arc::clone(&self.bearer) as Arc<dyn SignIn>;
        let browser = self.browser.clone();
        let browser = browser.map(|browser| Arc::new(browser) as Arc<dyn SignIn>);
        Arc::new(AnyOf::new([bearer].into_iter().chain(browser)))
    }
}

fn client(
    issuer: &Arc<Trusted>,
    redirect: &Url,
    fetcher: &Fetcher,
    folder: &Path,
) -> Result<Option<Client>, SignInsError> {
    let Some(settings) = issuer.settings.browser.clone() else {
        return Ok(None);
    };
    let secret = settings.client_secret_file.as_ref().map(|file| {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path);
        text.map_err(|source| SignInsError::Secret { path, source })
    });
    let secret = secret.transpose()?;
    Ok(Some(Client {
        issuer: Arc::clone(issuer),
        settings,
        secret: secret.map(|text| ClientSecret::new(text.trim().to_owned())),
        redirect: RedirectUrl::from_url(redirect.clone()),
        fetcher: fetcher.clone(),
    }))
}

impl std::fmt::Debug for SignIns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIns").finish_non_exhaustive()
    }
}
