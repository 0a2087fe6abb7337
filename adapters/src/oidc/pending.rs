//! A sign-in that has begun: what the browser brings back from the issuer must fit it. The browser
//! itself keeps it, so that asking to sign in a million times costs this server nothing.

use serde::{Deserialize, Serialize};

use super::cookies::{hex, unhex};

/// How long somebody may take at the issuer, in seconds.
pub(super) const WITHIN: i64 = 15 * 60;
/// The longest path to which one comes back, in bytes; from a longer one it is the start.
const RETURN_BYTES_MAX: usize = 1_000;

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) issuer: String,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) return_to: String,
}

impl Pending {
    pub(super) fn write(&self) -> String {
        // Texts can always be written.
        hex(&serde_json::to_vec(self).unwrap_or_default())
    }

    pub(super) fn read(cookie: &str) -> Option<Self> {
        serde_json::from_slice(&unhex(cookie)?).ok()
    }
}

/// Where somebody goes after signing in: a path here, whatever was asked for. Browsers take `//` and
/// `/\` for another host, and leave out tabs and line ends before they look.
pub(super) fn path_here(asked: Option<&str>) -> &str {
    let here = |path: &&str| {
        let after = path.strip_prefix('/');
        path.len() <= RETURN_BYTES_MAX
            && after.is_some_and(|rest| !rest.starts_with(['/', '\\']))
            // Where signing in ends it doesn't begin again.
            && !path.starts_with("/sign-in")
            && path
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    };
    asked.filter(here).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::Url;

    use super::*;

    #[test]
    fn a_path_here_is_kept_and_anything_else_is_the_start() {
        for path in [
            "/",
            "/cases/LU-1?a=b&c=%2F%2Fe#f",
            "/a//b",
            "/@evil.ch",
            "/:80",
        ] {
            assert_eq!(path_here(Some(path)), path);
        }
        let evil = [
            "",
            "//evil.ch",
            "/\\evil.ch",
            "\\\\evil.ch",
            "https://evil.ch",
            "/\t/evil.ch",
            "/ /e",
            "javascript:alert(1)",
            "evil.ch",
            "/a\r\nlocation: x",
            "/ä",
            "/a\\b",
            "/sign-in/callback?code=x",
        ];
        for path in evil {
            assert_eq!(path_here(Some(path)), "/", "{path:?}");
        }
        assert_eq!(path_here(Some(&format!("/{}", "a".repeat(2_000)))), "/");
        assert_eq!(path_here(None), "/");
    }

    proptest! {
        #[test]
        fn whatever_is_asked_for_a_browser_stays_here(asked in "[/\\\\a-z:@?#.\t\n %]{0,12}") {
            let base = Url::parse("https://portal.example.ch").unwrap();
            let gone = base.join(path_here(Some(&asked))).unwrap();
            prop_assert_eq!(gone.origin(), base.origin());
        }

        #[test]
        fn no_cookie_makes_it_panic(cookie in ".{0,64}", hexed in "[0-9a-f]{0,64}") {
            let _ = (Pending::read(&cookie), Pending::read(&hexed));
        }
    }

    #[test]
    fn what_is_pending_comes_back() {
        let text = |text: &str| text.to_owned();
        let pending = Pending {
            issuer: text("a"),
            state: text("b"),
            nonce: text("c"),
            verifier: text("d"),
            return_to: text("/e"),
        };
        assert_eq!(Pending::read(&pending.write()), Some(pending));
    }
}
