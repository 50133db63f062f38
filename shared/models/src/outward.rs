//! What the marketplace is sent and what it answers (protocol §1.2, C5 to C11), to the letter.
//!
//! Bodies are made from checked values; whether they may be sent is decided elsewhere.

mod agreement;
mod cancel;
mod invoice;
mod progress;
mod receipt;
mod shipment;
mod suggestion;
mod suggestion_status;

pub use agreement::{AgreementBody, AgreementType};
pub use cancel::CancelBody;
pub use invoice::{InvoiceBody, InvoiceBodyItem};
pub use progress::{ProgressBody, ProgressBodyEvent};
pub use receipt::Receipt;
pub use shipment::ShipmentBody;
pub use suggestion::{
    Ean, SuggestionBody, SuggestionImage, SuggestionPricing, SuggestionSpecification,
};
pub use suggestion_status::{SuggestionMatch, SuggestionState, SuggestionStatus};
