//! The way back from the issuer.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use openidconnect::AuthorizationCode;
use serde::Deserialize;

use super::{Browser, failed, to};
use crate::http::NotSignedIn;
use crate::oidc::claims::named;
use crate::oidc::cookies::sent;
use crate::oidc::pending::{Pending, path_here};
use crate::oidc::tokens::For;

/// With what somebody comes back.
#[derive(Deserialize)]
pub(super) struct Brought {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// A session that has begun.
struct Begun {
    secret: String,
    /// How long the browser keeps it. Until when it holds is the server's to say.
    seconds: i64,
}

pub(super) async fn callback(
    State(browser): State<Browser>,
    brought: Result<Query<Brought>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(brought)) = brought else {
        return failed(NotSignedIn::Forged("its issuer's answer can't be read"));
    };
    let state = brought.state.as_deref().unwrap_or_default();
    let cookies = &browser.0.cookies;
    let name = cookies.pending(state);
    let mut answer = match browser.come_back(&brought, state, &name, &headers).await {
        Ok((path, begun)) => {
            let name = cookies.session();
            let cookie = begun.and_then(|begun| cookies.set(&name, &begun.secret, begun.seconds));
            to(&path, cookie)
        }
        Err(why) => failed(why),
    };
    let taken = cookies.set(&name, "", 0).map(|taken| (SET_COOKIE, taken));
    answer.headers_mut().extend(taken);
    answer
}

impl Browser {
    /// Where somebody goes who comes back, and their session if they have one now.
    async fn come_back(
        &self,
        brought: &Brought,
        state: &str,
        cookie: &str,
        headers: &HeaderMap,
    ) -> Result<(String, Option<Begun>), NotSignedIn> {
        let pending = sent(headers, cookie)?.and_then(Pending::read);
        let pending = pending.filter(|pending| pending.state == state);
        let unasked = NotSignedIn::Forged("nobody in this browser has begun to sign in");
        let pending = pending.ok_or(unasked)?;
        let client = self.client_of(&pending.issuer);
        let client = client.ok_or(NotSignedIn::Forged("its issuer isn't trusted here"))?;
        if brought
            .iss
            .as_ref()
            .is_some_and(|iss| *iss != pending.issuer)
        {
            return Err(NotSignedIn::Forged("another issuer answers"));
        }
        let return_to = path_here(Some(&pending.return_to)).to_owned();
        let code = match (&brought.code, brought.error.as_deref()) {
            (Some(code), None) => AuthorizationCode::new(code.clone()),
            // They didn't want to after all.
            (_, Some("access_denied")) => return Ok((return_to, None)),
            (_, Some("temporarily_unavailable" | "server_error")) => {
                return Err(NotSignedIn::Unavailable);
            }
            _ => return Err(NotSignedIn::Forged("its issuer doesn't sign in")),
        };
        let token = client.exchange(code, pending.verifier).await?;
        let what_for = For::Browser {
            client: &client.settings.client_id,
            nonce: &pending.nonce,
        };
        let verified = self.0.issuers.verify(&token, what_for).await?;
        if verified.issuer.settings.issuer != pending.issuer {
            return Err(NotSignedIn::Forged("another issuer answers"));
        }
        if self.0.revocations.has(&verified.revocable()) {
            return Err(NotSignedIn::Revoked);
        }
        // Who is nobody here learns it now, and not at each page.
        named(&verified.issuer.settings, &verified.claims)?;
        self.end(headers).await?;
        let (sessions, settings) = (&self.0.sessions, &client.settings);
        let begun = sessions.begin(&pending.issuer, verified.claims, token, settings);
        let begun = Begun {
            secret: begun.await?,
            seconds: i64::from(settings.session_hours) * 3_600,
        };
        Ok((return_to, Some(begun)))
    }
}
