"""HVTree for hours: many hosts, random operations, others' changes, faults and cuts; nothing may grow, nothing may be wrong."""
