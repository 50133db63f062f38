//! Taking messages back from receivers that are gone.

use rusqlite::named_params;

use super::queues::find;
use super::{Store, milliseconds};
use crate::errors::Error;

impl Store {
    /// Makes the messages of `queues` that are in flight visible again. One whose visibility its
    /// receiver has changed waits on: it was put off on purpose.
    pub(crate) fn hand_back(&mut self, queues: &[&str]) -> Result<(), Error> {
        self.make_visible(queues).map_err(|source| Error::Storage {
            path: self.path.clone(),
            source,
        })
    }

    fn make_visible(&mut self, queues: &[&str]) -> rusqlite::Result<()> {
        let now = self.now();
        let transaction = self.begin()?;
        for name in queues {
            let Some(queue) = find(&transaction, name)? else {
                continue;
            };
            transaction.execute(
                "UPDATE messages SET visible_at = :now
                 WHERE queue = :queue AND receipt IS NOT NULL AND visible_at > :now
                   AND visible_at = received_at + :visibility",
                named_params! {
                    ":now": now,
                    ":queue": queue.id,
                    ":visibility": milliseconds(queue.settings.visibility),
                },
            )?;
        }
        transaction.commit()
    }
}
