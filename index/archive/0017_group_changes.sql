-- What became a copy or ceased to be one after a version, for readers that keep all copies in memory.
CREATE INDEX group_members_since ON group_members (generation, since) WHERE original IS NOT NULL;
CREATE INDEX group_members_until ON group_members (generation, until)
    WHERE original IS NOT NULL AND until IS NOT NULL;
