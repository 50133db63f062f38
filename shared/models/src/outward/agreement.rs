//! Agreement to a modification of an order (C11, protocol §3.12).

use serde::{Deserialize, Serialize};

/// The body of C11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AgreementBody {
    /// How far the seller agrees.
    pub agreement_type: AgreementType,
}

/// How far the seller agrees. The marketplace refuses any other spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AgreementType {
    /// The seller knows of the modification.
    Acknowledgment,
    /// The seller has applied it.
    Confirmation,
}

impl AgreementType {
    /// As it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledgment => "Acknowledgment",
            Self::Confirmation => "Confirmation",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_as_the_protocol_shows_it() {
        for (agreement_type, written) in [
            (
                AgreementType::Acknowledgment,
                r#"{"agreementType":"Acknowledgment"}"#,
            ),
            (
                AgreementType::Confirmation,
                r#"{"agreementType":"Confirmation"}"#,
            ),
        ] {
            let body = AgreementBody { agreement_type };
            assert_eq!(serde_json::to_string(&body).unwrap(), written);
        }
    }
}
