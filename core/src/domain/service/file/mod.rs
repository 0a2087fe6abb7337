//! Service files: a service written in TOML, read so that every mistake is shown where it stands.

use toml::de::DeTable;

use super::Service;

mod about;
mod error;
mod labels;
mod nearest;
mod parts;
mod reader;

pub use error::{ServiceFileError, ServiceFileErrors};
use reader::Reader;

/// The largest service file. A canton's building forms are 1.5 MB.
const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

impl Service {
    /// Reads a service file.
    ///
    /// ```
    /// use kanzlei_core::Service;
    ///
    /// let service = Service::from_toml(r#"
    ///     name = "lost-property"
    ///     labels = { de = "Fundsache melden", fr = "Annoncer un objet trouvé" }
    ///     valid-from = 2026-01-01
    ///     competence = { municipality-of = "municipality" }
    ///
    ///     [[fields]]
    ///     code = "municipality"
    ///     labels = { de = "Gemeinde" }
    ///     type = "municipality"
    ///     required = true
    ///
    ///     [[phases]]
    ///     code = "search"
    ///     labels = { de = "Suche" }
    ///
    ///     [disclosure]
    ///     own = { fields = "all", messages = true, basis = "KDSG, SRL 38" }
    ///     file = { fields = "all", messages = true, basis = "KDSG, SRL 38" }
    ///     shared = { fields = ["municipality"], basis = "KDSG, SRL 38" }
    /// "#)?;
    /// assert_eq!(service.name, "lost-property");
    ///
    /// let wrong = Service::from_toml("nmae = 'lost-property'").unwrap_err();
    /// assert!(wrong.to_string().contains("there is no key `nmae` here; perhaps `name`"));
    /// # Ok::<(), kanzlei_core::ServiceFileErrors>(())
    /// ```
    ///
    /// # Errors
    /// All mistakes, in syntax and in sense, each with its line and column.
    pub fn from_toml(text: &str) -> Result<Self, ServiceFileErrors> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.len() > FILE_BYTES_MAX {
            let bytes = text.len();
            let said = format!("the file has {bytes} bytes; at most {FILE_BYTES_MAX} are read");
            return Err(ServiceFileErrors::new("", vec![(0..0, said)]));
        }
        // The parser refuses by itself what is nested deeper than 80 levels.
        let (document, syntax) = DeTable::parse_recoverable(text);
        let mut reader = Reader::new(text, &syntax);
        let service = parts::service(&mut reader, document.get_ref());
        if let Err(problems) = service.check() {
            for problem in problems.problems() {
                reader.problem_at(&problem.path, &problem.message);
            }
        }
        let problems = reader.into_problems();
        if problems.is_empty() {
            Ok(service)
        } else {
            Err(ServiceFileErrors::new(text, problems))
        }
    }
}
