//! The request to modify an order (R6), and to say what it would be then (R7).

use super::{Alterations, Difference, shortened};
use crate::object::Object;
use crate::problem::{Code, Problem};
use crate::read::{self, Top};
use crate::{ChangeRequestId, Instant, hash};

/// A request to modify an order: what decisions need, and the whole as it came.
#[derive(Debug, Clone)]
pub struct ModificationRequest {
    /// Its name, by which a repeat is known; the published request has none.
    pub id: Option<ChangeRequestId>,
    /// Why, at most 200 characters of it.
    pub reason: String,
    /// What is to be changed.
    pub alterations: Alterations,
    /// Equal for equal alterations.
    pub content_hash: String,
    received: String,
}

impl ModificationRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// ES001; ES002 and ES004 with the JSON pointer of what is wrong; ES005 for too many items;
    /// SalesOrderSystem047 for another address.
    pub fn read(body: &[u8]) -> Result<Self, Problem> {
        let text = read::json_text(body, Top::Object)?;
        let body = Object::read(text, String::new())?;
        let named = ["requestId", "changeRequestId"];
        let name = named.into_iter().find(|name| body.get(name).is_some());
        let id = name.map(|name| {
            ChangeRequestId::parse(body.id(name)?).map_err(|why| body.refuse(name, why))
        });
        let reason = body.id("reason")?;
        let alterations = Alterations::read(&body)?;
        let content = serde_json::to_vec(&alterations).map_err(|_| unwritable())?;
        Ok(Self {
            id: id.transpose()?,
            reason: shortened(reason.trim()),
            alterations,
            content_hash: hash::hex(&content, 16),
            received: text.to_owned(),
        })
    }

    /// The answer: what came, with its name where it has one, what it changes of the order's costs,
    /// and when it was asked for.
    ///
    /// # Errors
    /// Never for a request that was read.
    pub fn answer(
        &self,
        id: Option<&ChangeRequestId>,
        difference: &Difference,
        date: Instant,
    ) -> Result<Vec<u8>, Problem> {
        let mut echo = Object::read(&self.received, String::new())?.fields();
        echo.set("requestId", &id);
        echo.set("manualDiscountValue", &self.alterations.discount);
        echo.set("manualIncrementValue", &self.alterations.increment);
        echo.set("totalChangeValue", &difference.total());
        echo.set("totals", &difference.totals());
        for operation in ["add", "remove", "replace"] {
            if !echo.has(operation) {
                echo.set(operation, &());
            }
        }
        echo.set("date", &date);
        serde_json::to_vec(&echo).map_err(|_| unwritable())
    }
}

fn unwritable() -> Problem {
    Problem::new(Code::Internal, "the answer can't be written")
}
