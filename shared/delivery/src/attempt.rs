//! One attempt at a request that is due: let through, sent, judged, written down.

use feirante_marketplace::{Answer, Call, Ways};
use feirante_models::Instant;
use feirante_seller::delivery::{Admission, Attempts, Failed, Next, Pass};
use feirante_seller::settings::{DeliverySettings, Marketplace};
use feirante_store::accounts::LaneOf;
use feirante_store::{Budget, StoreError};
use jiff::SignedDuration;
use tokio::time::Instant as Clock;

use crate::credentials::{self, InUse, NoCredentials, Renewal};
use crate::times::{ADMISSION_TIME, LIMIT_TIME, LOOK_TIME, NOTE_TIME};
use crate::verdict::{Sign, Verdict};
use crate::{Dispatcher, Outcome, record};

/// What could not be tried for a reason of our own comes again after so long.
pub(crate) const OUR_OWN_TROUBLE: SignedDuration = SignedDuration::from_secs(5);
/// And after so long where somebody has to mend something.
const TO_BE_MENDED: SignedDuration = SignedDuration::from_mins(1);

/// What an attempt is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) dispatcher: &'a Dispatcher,
    pub(crate) settings: &'a DeliverySettings,
    pub(crate) marketplace: &'a Marketplace,
    pub(crate) call: &'a Call,
    pub(crate) attempts: &'a Attempts,
}

impl Attempt<'_> {
    pub(crate) async fn make(self, now: Instant) -> Outcome {
        let started = Clock::now();
        let prepared = self.prepare(now).await;
        let (credentials, pass) = match prepared {
            Ok(prepared) => prepared,
            Err(outcome) => {
                record::not_made(self.marketplace, self.call, &outcome);
                return outcome;
            }
        };
        let ways = self.ways().await;
        let client = &self.dispatcher.client;
        let sent = client
            .send(self.call, &credentials.credentials, &ways)
            .await;
        let now = now.plus(SignedDuration::try_from(started.elapsed()).unwrap_or_default());
        let outcome = self.judge(sent, &credentials, pass, now).await;
        record::made(self.marketplace, self.call, &outcome, now);
        outcome
    }

    /// Everything a request needs before it may go, leave last.
    async fn prepare(self, now: Instant) -> Result<(InUse, Pass), Outcome> {
        let parameters = &self.dispatcher.parameters;
        let credentials = match credentials::of(self.marketplace, parameters).await {
            Ok(credentials) => credentials,
            Err(error @ NoCredentials::Unnamed(_)) => {
                return Err(Outcome::Refused {
                    status: 409,
                    detail: error.to_string(),
                    attempts: self.attempts.clone(),
                });
            }
            Err(NoCredentials::Unusable(why)) => return Err(self.later(now, TO_BE_MENDED, why)),
        };
        let holds_slot = self.attempts.holds_slot(now);
        let budget = Budget::of(ADMISSION_TIME);
        let accounts = &self.dispatcher.accounts;
        match accounts.admit(self.lane(), holds_slot, now, budget).await {
            Ok(Admission::Now(pass)) => Ok((credentials, pass)),
            Ok(Admission::At(slot)) => {
                let why = "its lane is busy until then".to_owned();
                Err(self.held(slot, true, why))
            }
            Ok(Admission::Held { until, spread, why }) => {
                Err(self.held(spread_over(until, spread), false, why))
            }
            Err(error) => Err(self.later(now, OUR_OWN_TROUBLE, format!("its lane: {error}"))),
        }
    }

    async fn judge(
        self,
        sent: Result<Answer, feirante_marketplace::Failure>,
        credentials: &InUse,
        pass: Pass,
        now: Instant,
    ) -> Outcome {
        match Verdict::of(sent, self.call.lane()) {
            Verdict::Delivered(answer) => {
                self.note_alive(pass, now).await;
                self.learn(answer.learned.as_ref()).await;
                let attempts = self.attempts.settled(now, Some(answer.status), "");
                Outcome::Delivered(answer, attempts)
            }
            Verdict::UnknownSku { detail } => {
                self.note_alive(pass, now).await;
                let attempts = self.attempts.settled(now, Some(404), &detail);
                Outcome::UnknownSku { detail, attempts }
            }
            Verdict::Final { status, detail } => {
                self.note_alive(pass, now).await;
                self.refused(status, detail, now)
            }
            Verdict::KeyRefused { status, detail } => {
                self.key_refused(status, detail, credentials, pass, now)
                    .await
            }
            Verdict::Again { failed, lane } => {
                match lane {
                    Sign::Alive => self.note_alive(pass, now).await,
                    Sign::Down => self.note_down(&failed, pass, now).await,
                    Sign::Busy => self.note_busy(&failed, now).await,
                }
                self.again(failed, now)
            }
        }
    }

    /// A refused key is final only if the seller has no other by now. In the catalog, where the next
    /// request would be refused too, all of them wait until somebody has mended it.
    async fn key_refused(
        self,
        status: u16,
        detail: String,
        used: &InUse,
        pass: Pass,
        now: Instant,
    ) -> Outcome {
        let dispatcher = self.dispatcher;
        let certain = dispatcher.settings.look_again_for(LOOK_TIME).await;
        let account = &self.marketplace.account;
        let current = dispatcher.named(account);
        let current = current.as_ref().unwrap_or(self.marketplace);
        let renewal = credentials::renewal(used, (current, certain), &dispatcher.parameters).await;
        if renewal != Renewal::Same {
            self.note_alive(pass, now).await;
            return self.again(Failed::plain(Some(status), detail), now);
        }
        if self.call.lane() == feirante_seller::delivery::Lane::Orders {
            self.note_alive(pass, now).await;
            return self.refused(status, detail, now);
        }
        let name = self.call.name();
        let permission = self.call.permission();
        let reason = format!(
            "{account} refuses our key for {name} ({status}); it needs the permission {permission}"
        );
        tracing::error!(account = account.as_str(), reason, "the catalog is paused");
        let note = dispatcher
            .accounts
            .paused(self.lane(), &reason, now, Budget::of(NOTE_TIME));
        noted(note.await);
        let pause = self.lane().settings.paused_for;
        let spread = TO_BE_MENDED.min(pause / 4);
        self.held(spread_over(now.plus(pause), spread), false, reason)
    }

    fn again(self, failed: Failed, now: Instant) -> Outcome {
        let status = failed.status;
        let why = failed.detail.clone();
        match self
            .attempts
            .failed(self.settings, failed, now, rand::random())
        {
            Next::Again(attempts) => Outcome::Wait {
                until: attempts.next_at.unwrap_or(now),
                why,
                attempts,
            },
            Next::Exhausted(attempts) => Outcome::Refused {
                // Where no answer came, what a gateway would say.
                status: status.unwrap_or(504),
                detail: format!("given up after {} attempts: {why}", attempts.count),
                attempts,
            },
        }
    }

    fn refused(self, status: u16, detail: String, now: Instant) -> Outcome {
        let attempts = self.attempts.settled(now, Some(status), &detail);
        Outcome::Refused {
            status,
            detail,
            attempts,
        }
    }

    fn held(self, until: Instant, slot: bool, why: String) -> Outcome {
        Outcome::Wait {
            until,
            why,
            attempts: self.attempts.held(until, slot),
        }
    }

    /// Comes again with nothing decided about it.
    fn later(self, now: Instant, wait: SignedDuration, why: String) -> Outcome {
        Outcome::Wait {
            until: spread_over(now.plus(wait), wait),
            why,
            attempts: self.attempts.clone(),
        }
    }
}

/// What is written down. The request is made by then: what can't be written is only logged.
impl Attempt<'_> {
    fn lane(&self) -> LaneOf<'_> {
        let lane = self.call.lane();
        LaneOf {
            account: &self.marketplace.account,
            lane,
            settings: self.settings.lane(lane),
        }
    }

    async fn note_alive(&self, pass: Pass, now: Instant) {
        let accounts = &self.dispatcher.accounts;
        let note = accounts.succeeded(self.lane(), pass, now, Budget::of(NOTE_TIME));
        noted(note.await);
    }

    async fn note_down(&self, failed: &Failed, pass: Pass, now: Instant) {
        let accounts = &self.dispatcher.accounts;
        let budget = Budget::of(NOTE_TIME);
        let note = accounts.failed(self.lane(), pass, &failed.detail, now, budget);
        noted(note.await);
    }

    async fn note_busy(&self, failed: &Failed, now: Instant) {
        let lane = self.lane();
        let asked = failed.retry_after.unwrap_or(lane.settings.breaker.pause);
        let until = self.settings.retry_after(asked, now);
        let accounts = &self.dispatcher.accounts;
        noted(
            accounts
                .limited(lane, until, now, Budget::of(LIMIT_TIME))
                .await,
        );
    }

    /// What is known of the account's ways; nothing where that can't be read, which costs one more
    /// request at most.
    async fn ways(&self) -> Ways {
        let account = &self.marketplace.account;
        let accounts = &self.dispatcher.accounts;
        match accounts.ways(account, Budget::of(NOTE_TIME)).await {
            Ok(Some(text)) => serde_json::from_str(&text).unwrap_or_default(),
            Ok(None) => Ways::default(),
            Err(error) => {
                tracing::warn!(%error, "the ways of an account can't be read");
                Ways::default()
            }
        }
    }

    async fn learn(&self, learned: Option<&Ways>) {
        let Some(Ok(ways)) = learned.map(serde_json::to_string) else {
            return;
        };
        let account = &self.marketplace.account;
        tracing::info!(account = account.as_str(), ways, "learned");
        let accounts = &self.dispatcher.accounts;
        noted(accounts.learn(account, &ways, Budget::of(NOTE_TIME)).await);
    }
}

fn noted(note: Result<(), StoreError>) {
    if let Err(error) = note {
        tracing::warn!(%error, "what came of a request can't be noted");
    }
}

/// From `until` to `spread` later: those that wait for the same moment don't come all at once.
fn spread_over(until: Instant, spread: SignedDuration) -> Instant {
    let share: f64 = rand::random();
    let later = SignedDuration::try_from_secs_f64(spread.as_secs_f64() * share);
    until.plus(later.unwrap_or_default())
}
