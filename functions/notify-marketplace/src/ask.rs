//! A call, and what its outcome means for the listing.

use feirante_delivery::Outcome;
use feirante_marketplace::{Answer, calls};
use feirante_models::outward::{SuggestionBody, SuggestionState, SuggestionStatus};
use feirante_models::{Instant, SkuId};
use feirante_seller::delivery::Attempts;
use feirante_seller::listing::{Reply, Request, Verdict};
use feirante_seller::settings::Marketplace;

use crate::NotifyMarketplace;

/// What is asked for.
pub(crate) enum Question {
    /// To take a suggestion.
    Suggestion(Box<SuggestionBody>),
    /// Whatever needs no more words.
    Plain(Request),
}

impl NotifyMarketplace {
    /// Makes the call, if it is due and the marketplace may be called now. Says how it ended and, if
    /// it waits, what for.
    pub(crate) async fn ask(
        &self,
        marketplace: &Marketplace,
        sku: &SkuId,
        question: &Question,
        attempts: &Attempts,
    ) -> (Reply, String) {
        let call = match question {
            Question::Suggestion(body) => calls::suggest(marketplace, sku, body),
            Question::Plain(Request::Price) => calls::price_changed(marketplace, sku),
            Question::Plain(Request::Inventory) => calls::inventory_changed(marketplace, sku),
            Question::Plain(Request::Poll) => calls::suggestion(marketplace, sku),
            Question::Plain(Request::Withdrawal) => calls::delete_suggestion(marketplace, sku),
            Question::Plain(_) => calls::announce(marketplace, sku),
        };
        let about_suggestion = match question {
            Question::Plain(request) => request.is_about_a_suggestion(),
            Question::Suggestion(_) => false,
        };
        let polls = matches!(question, Question::Plain(Request::Poll));
        let outcome = match call {
            Ok(call) => {
                let deliver = self
                    .dispatcher
                    .deliver(marketplace, &call, attempts, Instant::now());
                deliver.await
            }
            Err(unaddressable) => Outcome::Refused {
                status: 400,
                detail: unaddressable.to_string(),
                attempts: attempts.clone(),
            },
        };
        let mut why = String::new();
        let reply = match outcome {
            Outcome::Delivered(answer, _) if polls => Reply::Suggestion(verdict(&answer)),
            Outcome::Delivered(answer, _) => Reply::Delivered {
                status: answer.status,
            },
            Outcome::Wait {
                until,
                why: reason,
                attempts,
            } => {
                why = reason;
                Reply::Waits { until, attempts }
            }
            Outcome::Refused { status: 404, .. } if about_suggestion => {
                Reply::Suggestion(Verdict::Gone)
            }
            Outcome::Refused { status, detail, .. } => Reply::Refused { status, detail },
            Outcome::UnknownSku { .. } => Reply::UnknownSku,
        };
        (reply, why)
    }
}

/// What an answer says of a suggestion; what can't be read is no decision.
fn verdict(answer: &Answer) -> Verdict {
    let Some(status) = answer.body.as_ref().and_then(SuggestionStatus::of) else {
        return Verdict::Pending;
    };
    match status.state {
        Some(SuggestionState::Accepted) => Verdict::Accepted,
        Some(SuggestionState::Denied) => Verdict::Denied(reason(&status)),
        Some(SuggestionState::Pending) | None => Verdict::Pending,
    }
}

/// The marketplace gives no reason: who judged, and how well, says most.
fn reason(status: &SuggestionStatus) -> String {
    let judged = status.matches.iter().filter_map(|found| {
        let matcher = found.matcher_id.as_deref().unwrap_or("a matcher");
        Some(format!("{matcher} gave a score of {}", found.score?))
    });
    let judged: Vec<_> = judged.collect();
    if judged.is_empty() {
        status.word.clone()
    } else {
        format!("{}: {}", status.word, judged.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use feirante_models::outward::Receipt;
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_documented_word_is_a_decision() {
        for (body, expected) in [
            (Some(json!({"status": "Approved"})), Verdict::Accepted),
            (Some(json!({"status": "accepted"})), Verdict::Accepted),
            (Some(json!({"status": "Pending"})), Verdict::Pending),
            (
                Some(json!({"status": "insufficientScore"})),
                Verdict::Pending,
            ),
            (Some(json!([])), Verdict::Pending),
            (None, Verdict::Pending),
            (
                Some(json!({"status": "denied"})),
                Verdict::Denied("denied".to_owned()),
            ),
            (
                Some(json!({"status": "Denied", "matches": [{"matcherId": "m", "score": 20}]})),
                Verdict::Denied("Denied: m gave a score of 20".to_owned()),
            ),
        ] {
            let answer = Answer {
                status: 200,
                receipt: Receipt::default(),
                body: body.clone(),
                learned: None,
            };
            assert_eq!(verdict(&answer), expected, "{body:?}");
        }
    }
}
