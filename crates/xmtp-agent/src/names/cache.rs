//! What was looked up a moment ago, misses as well, so that one chatty conversation does not ask a chain for every line.
use super::{NameError, NameResolver};
use futures::{FutureExt, future::BoxFuture};
use lru::LruCache;
use std::{
    fmt,
    hash::Hash,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;
use xmtp_client::Identifier;

/// How long an answer is believed, unless [`CachedNames::ttl`] says otherwise.
pub const NAME_TTL: Duration = Duration::from_secs(10 * 60);
/// Names and accounts that are remembered, unless [`CachedNames::capacity`] says otherwise: so many of each.
pub const NAMES_KEPT: usize = 1_000;

/// A resolver that remembers the answers of another for a while. Errors are not remembered. Clones share what they know.
#[derive(Clone)]
pub struct CachedNames {
    inner: Arc<dyn NameResolver>,
    accounts: Arc<Answers<String, Identifier>>,
    names: Arc<Answers<String, String>>,
    ttl: Duration,
}

impl CachedNames {
    /// Remembers what `inner` answers, for [`NAME_TTL`] and up to [`NAMES_KEPT`] of each kind.
    pub fn new(inner: impl NameResolver + 'static) -> Self {
        Self {
            inner: Arc::new(inner),
            accounts: Arc::new(Answers::new(NAMES_KEPT)),
            names: Arc::new(Answers::new(NAMES_KEPT)),
            ttl: NAME_TTL,
        }
    }

    /// How long an answer is believed.
    #[must_use]
    pub const fn ttl(mut self, time: Duration) -> Self {
        self.ttl = time;
        self
    }

    /// How many names, and how many accounts, are remembered; the ones not asked for lately go first. At least one.
    #[must_use]
    pub fn capacity(mut self, count: usize) -> Self {
        self.accounts = Arc::new(Answers::new(count));
        self.names = Arc::new(Answers::new(count));
        self
    }
}

impl NameResolver for CachedNames {
    fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Identifier>, NameError>> {
        // Services disagree on what else is one name; letter case they all pass over.
        let key = name.trim().to_lowercase();
        self.accounts.answer(key, self.ttl, move || self.inner.resolve(name)).boxed()
    }

    fn reverse<'a>(&'a self, account: &'a Identifier) -> BoxFuture<'a, Result<Option<String>, NameError>> {
        self.names.answer(account.to_string(), self.ttl, move || self.inner.reverse(account)).boxed()
    }
}

impl fmt::Debug for CachedNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedNames").field("ttl", &self.ttl).finish_non_exhaustive()
    }
}

/// Answers of one kind, each with the moment it came.
struct Answers<K: Eq + Hash, V>(Mutex<LruCache<K, (Instant, Option<V>)>>);

impl<K: Eq + Hash, V: Clone> Answers<K, V> {
    fn new(count: usize) -> Self {
        Self(Mutex::new(LruCache::new(NonZeroUsize::new(count).unwrap_or(NonZeroUsize::MIN))))
    }

    async fn answer<'a>(
        &self,
        key: K,
        ttl: Duration,
        ask: impl FnOnce() -> BoxFuture<'a, Result<Option<V>, NameError>>,
    ) -> Result<Option<V>, NameError> {
        if let Some(known) = self.recall(&key, ttl) {
            return Ok(known);
        }
        let answer = ask().await?;
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, (Instant::now(), answer.clone()));
        Ok(answer)
    }

    fn recall(&self, key: &K, ttl: Duration) -> Option<Option<V>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, answer) = known.get(key)?;
        (at.elapsed() < ttl).then(|| answer.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Knows one name, and counts how often it is asked.
    #[derive(Clone, Default)]
    struct One(Arc<AtomicUsize>);

    const ADDRESS: &str = "0xabcdef0000000000000000000000000000000001";

    impl NameResolver for One {
        fn resolve<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Identifier>, NameError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let answer = match name {
                "down.eth" => Err(NameError::Unavailable { reason: "away".to_owned(), is_retryable: true }),
                name => Ok(name.eq_ignore_ascii_case("one.eth").then(|| ADDRESS.parse().unwrap())),
            };
            async { answer }.boxed()
        }

        fn reverse<'a>(&'a self, _: &'a Identifier) -> BoxFuture<'a, Result<Option<String>, NameError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            async { Ok(Some("one.eth".to_owned())) }.boxed()
        }
    }

    fn asked(one: &One) -> usize {
        one.0.load(Ordering::SeqCst)
    }

    #[tokio::test(start_paused = true)]
    async fn answers_and_misses_are_remembered_until_they_are_old() {
        let one = One::default();
        let names = CachedNames::new(one.clone()).ttl(Duration::from_secs(60));
        for name in ["one.eth", "ONE.eth", "one.eth", "nobody.eth", "nobody.eth"] {
            let found = names.resolve(name).await.unwrap();
            assert_eq!(found.is_some(), name.eq_ignore_ascii_case("one.eth"));
        }
        assert_eq!(asked(&one), 2, "one question for the name and one for the miss");
        tokio::time::advance(Duration::from_secs(61)).await;
        names.resolve("one.eth").await.unwrap();
        assert_eq!(asked(&one), 3);
        let account = ADDRESS.parse().unwrap();
        assert_eq!(names.reverse(&account).await, names.reverse(&account).await);
        assert_eq!(asked(&one), 4);
    }

    #[tokio::test]
    async fn errors_are_asked_again_and_memory_is_bounded() {
        let one = One::default();
        let names = CachedNames::new(one.clone()).capacity(2);
        for _ in 0..2 {
            assert!(names.resolve("down.eth").await.unwrap_err().is_retryable());
        }
        assert_eq!(asked(&one), 2);
        for name in ["a.eth", "b.eth", "a.eth", "c.eth", "a.eth", "b.eth"] {
            names.resolve(name).await.unwrap();
        }
        assert_eq!(asked(&one), 2 + 4, "the one not asked for lately was forgotten");
    }
}
