//! The comments of a page as conversations: one that began it, and the answers in their order.

use database::Comment;
use std::collections::HashMap;

/// A conversation. It has at least one comment that was not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The comment that began it, whether it was deleted or not, and the answers that were not.
    pub comments: Vec<Comment>,
}

impl Thread {
    /// The id of the comment that began it.
    pub fn id(&self) -> &str {
        self.comments.first().map_or("", |first| first.id.as_str())
    }

    /// The comment that says whether the conversation is settled: the first that was not deleted.
    pub fn speaker(&self) -> Option<&Comment> {
        self.living().next()
    }

    /// The comments that were not deleted.
    pub fn living(&self) -> impl Iterator<Item = &Comment> {
        self.comments.iter().filter(|comment| comment.deleted.is_none())
    }

    /// Whether somebody has marked it as settled.
    pub fn is_settled(&self) -> bool {
        self.speaker().is_some_and(|speaker| speaker.resolved.is_some())
    }

    /// A comment of it that was not deleted.
    pub fn find(&self, id: &str) -> Option<&Comment> {
        self.living().find(|comment| comment.id == id)
    }
}

/// The conversations of comments that are in the order in which they were made.
pub fn of(comments: Vec<Comment>) -> Vec<Thread> {
    let mut threads: Vec<Thread> = Vec::new();
    // By comment, the number of its conversation.
    let mut numbers: HashMap<String, usize> = HashMap::new();
    for comment in comments {
        let answered = comment.parent.as_ref().and_then(|parent| numbers.get(parent)).copied();
        let number = answered.unwrap_or(threads.len());
        numbers.insert(comment.id.clone(), number);
        match threads.get_mut(number) {
            None => threads.push(Thread { comments: vec![comment] }),
            Some(thread) if comment.deleted.is_none() => thread.comments.push(comment),
            Some(_) => {}
        }
    }
    threads.retain(|thread| thread.speaker().is_some());
    threads
}

#[cfg(test)]
mod tests {
    use super::of;
    use database::Comment;

    fn comment(id: &str, parent: &str, state: &str) -> Comment {
        Comment {
            id: id.to_string(),
            path: String::new(),
            lang: "en".to_string(),
            parent: (!parent.is_empty()).then(|| parent.to_string()),
            anchor: None,
            user_id: String::new(),
            body: id.to_string(),
            created: 0,
            edited: None,
            resolved: state.contains('s').then_some(1),
            resolved_by: None,
            deleted: state.contains('d').then_some(1),
        }
    }

    #[test]
    fn answers_stand_below_what_began_it() {
        for (comments, is) in [
            (&[("1", "", ""), ("2", "", ""), ("3", "1", ""), ("4", "3", "")][..], "1 3 4|2"),
            (&[("1", "", "d"), ("2", "1", ""), ("3", "1", "d"), ("4", "3", "")], "1 2 4"),
            (&[("1", "", "d"), ("2", "1", "d"), ("3", "", "s")], "3 settled"),
            (&[("1", "", "ds"), ("2", "1", "")], "1 2"),
            (&[("1", "", "d"), ("2", "1", "s")], "1 2 settled"),
            (&[("2", "gone", "")], "2"),
        ] {
            let threads = of(comments.iter().map(|(id, parent, state)| comment(id, parent, state)).collect());
            let shown: Vec<String> = threads
                .iter()
                .map(|thread| {
                    let mut ids: Vec<&str> = thread.comments.iter().map(|it| it.id.as_str()).collect();
                    ids.extend(thread.is_settled().then_some("settled"));
                    ids.join(" ")
                })
                .collect();
            assert_eq!(shown.join("|"), is, "{comments:?}");
        }
    }
}
