await using var hub = await FakeHub.StartAsync();
await Task.Delay(Timeout.Infinite);
