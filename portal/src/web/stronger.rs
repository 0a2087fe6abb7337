//! Signing in more strongly: where that is done, and whether it shows an office more.

use kanzlei::core::domain::is_administrative;
use kanzlei::core::record::Assurance;

use super::headers::encoded;
use super::visit::Visit;

/// Where one signs in more strongly, to come back to this address.
pub fn sign_in(back: &str, needed: Assurance) -> String {
    format!("/sign-in?return={}&assurance={needed}", encoded(back))
}

/// Where an official signs in more strongly, if lists hold back from them the cases of services in
/// which their authority has a part. It depends on services alone, never on whether there are cases.
pub fn for_lists(visit: &Visit) -> Option<String> {
    let authority = visit.authority().ok()?;
    let (catalogue, today) = (visit.site.kanzlei.catalogue(), visit.day_in_force());
    // Who took part once can have cases still.
    let takes_part =
        |key| catalogue.participation(key, authority, today).is_some() || !catalogue.is_joined(key);
    let services = catalogue.services().map(|(key, _)| key);
    let theirs = services.filter(|key| !is_administrative(*key) && takes_part(*key));
    let needed = theirs.flat_map(|key| catalogue.editions(key));
    let needed = needed.map(|edition| edition.service.assurance.read).max()?;
    let known = visit.session.actor().assurance;
    (known < needed).then(|| sign_in(&visit.path, needed))
}
