"""How a chart is drawn, by its form alone: nothing here knows what any chart is about."""
