//! The smallest service: one question, one task, a yes or a no.

use kanzlei_core::{Disclosure, FieldKind, Labels, Language, Service, ServiceProblems};

fn labels(de: &str, fr: &str, it: &str, en: &str) -> Labels {
    Labels::de(de)
        .with(Language::Fr, fr)
        .with(Language::It, it)
        .with(Language::En, en)
}

#[rustfmt::skip]
pub(super) fn service() -> Result<Service, ServiceProblems> {
    Service::builder("certificate-of-residence", labels(
            "Wohnsitzbestätigung", "Attestation de domicile", "Certificato di domicilio", "Certificate of residence"))
        .valid_from(2024, 1, 1)
        .required("municipality", labels("Gemeinde", "Commune", "Comune", "Municipality"), FieldKind::Municipality)
        .plain("municipality", "Bezeichnet eine Behörde, keine Person")
        .optional("purpose", labels("Zweck", "Motif", "Scopo", "Purpose"), FieldKind::Text { max_length: 500 })
        .required("copies", labels("Anzahl Exemplare", "Nombre d’exemplaires", "Numero di copie", "Number of copies"),
            FieldKind::Integer { min: 1, max: 10 })
        .municipality_of("municipality")
        .phase("review", labels("Prüfung", "Examen", "Esame", "Review"))
        .task("review", "check-residence", labels(
            "Wohnsitz prüfen", "Vérifier le domicile", "Verificare il domicilio", "Check the residence"))
        .outcome("issued", labels("Ausgestellt", "Délivrée", "Rilasciato", "Issued"))
        .outcome("refused", labels("Abgelehnt", "Refusée", "Rifiutato", "Refused"))
        .disclosure(Disclosure::narrow("Datenschutzgesetz (KDSG), SRL 38"))
        .oversight("canton", "overseer")
        .build()
}
