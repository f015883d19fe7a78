"""The activity feed: the page that people in the office keep open all day."""
