//! The portal as a client of an issuer: asks it to sign somebody in, and takes what it gives.

use std::sync::Arc;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJsonWebKey, CoreTokenResponse};
use openidconnect::{
    AuthUrl, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    IssuerUrl, JsonWebKeySet, LanguageTag, LoginHint, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, TokenUrl,
};
use reqwest::Url;

use super::fetch::{FetchError, Fetcher};
use super::pending::Pending;
use super::settings::{BrowserSettings, assurance_of};
use super::tokens::Trusted;
use crate::http::NotSignedIn;

/// The longest hint that is passed on, in bytes.
const HINT_BYTES_MAX: usize = 128;

/// The portal as a client of an issuer.
pub(super) struct Client {
    pub(super) issuer: Arc<Trusted>,
    pub(super) settings: BrowserSettings,
    pub(super) secret: Option<ClientSecret>,
    pub(super) redirect: RedirectUrl,
    pub(super) fetcher: Fetcher,
}

/// How somebody wants to be signed in.
pub(super) struct Asked<'a> {
    pub(super) assurance: Option<&'a str>,
    pub(super) login_hint: Option<&'a str>,
    pub(super) language: Option<&'a str>,
}

impl Client {
    fn client(&self) -> Result<CoreClient, NotSignedIn> {
        let issuer = IssuerUrl::new(self.issuer.settings.issuer.clone());
        let issuer = issuer.map_err(|_| NotSignedIn::Unavailable)?;
        let id = ClientId::new(self.settings.client_id.clone());
        // Its keys are our own business: `tokens` checks what it gives.
        let keys: JsonWebKeySet<CoreJsonWebKey> = JsonWebKeySet::default();
        let client = CoreClient::new(id, issuer, keys).set_redirect_uri(self.redirect.clone());
        Ok(match &self.secret {
            Some(secret) => client.set_client_secret(secret.clone()),
            None => client,
        })
    }

    /// Where the browser is sent, and what must fit when it comes back.
    pub(super) async fn ask(
        &self,
        asked: &Asked<'_>,
        return_to: &str,
    ) -> Result<(Url, Pending), NotSignedIn> {
        let addresses = self.issuer.source.addresses().await?;
        let place = addresses
            .authorization_endpoint
            .ok_or(NotSignedIn::Unavailable)?;
        let client = self.client()?.set_auth_uri(AuthUrl::from_url(place));
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = client
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for value in self.strong_enough(asked.assurance) {
            request = request.add_auth_context_value(AuthenticationContextClass::new(value));
        }
        let hint = asked.login_hint.filter(|hint| hint.len() <= HINT_BYTES_MAX);
        if let Some(hint) = hint {
            request = request.set_login_hint(LoginHint::new(hint.to_owned()));
        }
        let known = |language: &&str| ["de", "fr", "it", "en"].contains(language);
        if let Some(language) = asked.language.filter(known) {
            request = request.add_ui_locale(LanguageTag::new(language.to_owned()));
        }
        let (place, state, nonce) = request.url();
        let pending = Pending {
            issuer: self.issuer.settings.issuer.clone(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            return_to: return_to.to_owned(),
        };
        Ok((place, pending))
    }

    /// What the issuer calls an assurance of at least that, the lowest first.
    fn strong_enough(&self, wanted: Option<&str>) -> Vec<String> {
        let Some(wanted) = wanted.and_then(assurance_of) else {
            return Vec::new();
        };
        let known = self.issuer.settings.assurances.iter();
        let mut enough: Vec<_> = known.filter(|(_, level)| *level >= wanted).collect();
        enough.sort_by_key(|(_, level)| *level);
        enough.into_iter().map(|(value, _)| value.clone()).collect()
    }

    /// The token that a code is worth.
    pub(super) async fn exchange(
        &self,
        code: AuthorizationCode,
        verifier: String,
    ) -> Result<String, NotSignedIn> {
        let addresses = self.issuer.source.addresses().await?;
        let place = addresses.token_endpoint.ok_or(NotSignedIn::Unavailable)?;
        let client = self.client()?.set_token_uri(TokenUrl::from_url(place));
        let request = client.exchange_code(code);
        let request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let fetcher = self.fetcher.clone();
        let send = move |request| {
            let fetcher = fetcher.clone();
            async move { fetcher.send(request).await }
        };
        let given: Result<CoreTokenResponse, RequestTokenError<FetchError, _>> =
            request.request_async(&send).await;
        let given = given.map_err(|error| match error {
            RequestTokenError::ServerResponse(_) => {
                NotSignedIn::Forged("its issuer doesn't take what the browser brings")
            }
            other => {
                let issuer = &self.issuer.settings.issuer;
                tracing::warn!(issuer, error = %other, "an issuer gives no token");
                NotSignedIn::Unavailable
            }
        })?;
        let token = given.extra_fields().id_token();
        let token = token.ok_or(NotSignedIn::Forged("its issuer says nothing of who it is"))?;
        Ok(token.to_string())
    }

    /// Where the session at the issuer is ended, if it has a page for that.
    pub(super) async fn end(&self, token: &str, public_url: &Url) -> Option<Url> {
        let addresses = self.issuer.source.addresses().await.ok()?;
        let mut place = addresses.end_session_endpoint?;
        place
            .query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("id_token_hint", token)
            .append_pair("post_logout_redirect_uri", public_url.as_str());
        Some(place)
    }
}
