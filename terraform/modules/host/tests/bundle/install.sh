#!/usr/bin/env bash
echo "$ROLE"
