"""The quirks: each function below, marked @quirk, makes one tiny file and says what is in it."""
