//! Asks issuers: over `https` alone, without following redirects, for so long and so much.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use reqwest::{Client, Request, Response, Url};
use serde::de::DeserializeOwned;

use super::address::{is_here, is_trustworthy};

/// An issuer that takes longer doesn't answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// The longest answer: descriptions, keys and tokens are some kilobytes.
const ANSWER_BYTES_MAX: usize = 512 * 1024;

/// Why an issuer gives no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("it can't be reached: {0}")]
    Unreachable(#[from] reqwest::Error),
    #[error("{0} is neither https nor on this machine")]
    NotTrustworthy(Url),
    #[error(
        "it names {0} as its own: that must have https, and may be on this machine or in a private \
         network only if the issuer is there itself"
    )]
    Named(Url),
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("its answer is longer than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
    #[error("its answer can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("{0}")]
    Wrong(String),
}

/// Asks issuers.
#[derive(Clone)]
pub(super) struct Fetcher {
    abroad: Client,
    /// Never through a proxy, which couldn't reach it.
    here: Client,
}

impl Fetcher {
    pub(super) fn new() -> Result<Self, FetchError> {
        let client = || {
            Client::builder()
                .redirect(Policy::none())
                .timeout(ANSWER_WITHIN)
                .user_agent("kanzlei")
        };
        Ok(Self {
            abroad: client().build()?,
            here: client().no_proxy().build()?,
        })
    }

    /// What stands in JSON at an address.
    pub(super) async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<T, FetchError> {
        let answer = self.client(url)?.get(url.clone()).send().await?;
        if !answer.status().is_success() {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        Ok(serde_json::from_slice(&whole(answer).await?)?)
    }

    /// A request of the code flow, and its answer, whatever its status.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let request = Request::try_from(request)?;
        let answer = self.client(request.url())?.execute(request).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(whole(answer).await?);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    fn client(&self, url: &Url) -> Result<&Client, FetchError> {
        if !is_trustworthy(url) {
            return Err(FetchError::NotTrustworthy(url.clone()));
        }
        Ok(if is_here(url) {
            &self.here
        } else {
            &self.abroad
        })
    }
}

async fn whole(mut answer: Response) -> Result<Vec<u8>, FetchError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(FetchError::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
