//! What people want to know of a service before they begin, and the words by which they look for it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::code::Code;
use crate::domain::label::{Labels, Language};

/// What people want to know of a service before they begin. Nothing in it changes how a case goes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub struct About {
    /// In a sentence or two what it is for.
    pub summary: Labels,
    /// Under what it stands in a catalogue.
    pub category: Category,
    /// Words that people use for it and that its name doesn't say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keywords: BTreeMap<Language, Vec<String>>,
    /// What it costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Labels>,
    /// How many days it usually takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_days: Option<u32>,
    /// What one should have at hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Labels>,
}

/// A group of services, as in a catalogue: moving, building, school.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Category {
    /// Its code, the same in all services of the group.
    pub code: Code,
    /// Its name for people.
    pub labels: Labels,
}

impl About {
    /// The least that is said: what it is for, and where it stands.
    pub const fn new(summary: Labels, category: Category) -> Self {
        Self {
            summary,
            category,
            keywords: BTreeMap::new(),
            cost: None,
            duration_days: None,
            needs: None,
        }
    }
}
