using NativeHost.EndToEnd.Tests.Host;

namespace NativeHost.EndToEnd.Tests.Faults;

/// <summary>
/// A client that gets its stories whatever happens: it opens another front where its own is gone and resumes its stream there, and
/// begins anew where it is told that the stream is gone.
/// </summary>
/// <param name="stories">The right story about each thing.</param>
internal sealed class ResumingClient(
    TemporaryHome home, string origin, IReadOnlyDictionary<string, string> stories, FaultTally tally) : IAsyncDisposable
{
    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(10);

    /// <summary>The errors that a client of a host that breaks has to know.</summary>
    private static readonly string[] ExpectedErrors =
        ["broker_lost", "broker_unavailable", "engine_crashed", "no_model_loaded", "model_not_loaded", "stream_not_found"];

    private HostProcess? _front;
    private int _lastRequest;
    private long _eventsSeen;

    public string Origin => origin;

    /// <summary>The process to which it talks now.</summary>
    public int FrontPid => _front?.Pid ?? 0;

    /// <summary>Events of all its streams.</summary>
    public long EventsSeen => Volatile.Read(ref _eventsSeen);

    /// <summary>Asks for one story after another, and ends with a whole one.</summary>
    /// <param name="enough">Cancelled when the story that runs is to be the last.</param>
    public async Task StreamAsync(CancellationToken enough, CancellationToken timeout)
    {
        for (var story = 0; !enough.IsCancellationRequested; story++)
        {
            await GetStoryAsync(stories.Keys.ElementAt(story % stories.Count), timeout);
        }
    }

    /// <summary>Closes the port, as a browser does.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
        {
            _front.EndInput();
            await _front.ExitAsync(ExitPatience, CancellationToken.None);
            await _front.DisposeAsync();
        }
    }

    private async Task GetStoryAsync(string about, CancellationToken timeout)
    {
        var stream = new ReceivedStream(tally, about, tally.BrokerEnds);
        var request = Requests.GenerateStory(about);
        while (true)
        {
            var final = await AskAsync(request, stream, timeout);
            if (final?["type"]?.ToString() == "generationStopped")
            {
                // The stop of what hung came before its first token.
                stream = new ReceivedStream(tally, about, tally.BrokerEnds);
                request = Requests.GenerateStory(about);
                continue;
            }

            if (final?["status"]?.ToString() == "success")
            {
                stream.Complete(final, stories[about]);
                return;
            }

            if (final is null && await FindAsync(stream, timeout))
            {
                tally.Resumed();
                request = new JsonObject { ["action"] = "resume_stream", ["streamId"] = stream.Id, ["after"] = stream.LastSeq };
                continue;
            }

            if (final?["code"]?.ToString() == "stream_not_found" && stream.BrokerEnds == tally.BrokerEnds)
            {
                tally.Lost(1, $"Stream {stream.Id} is gone, and its broker is not.");
            }

            await LoadAsync(final, timeout);
            stream = new ReceivedStream(tally, about, tally.BrokerEnds);
            request = Requests.GenerateStory(about);
        }
    }

    /// <summary>After a lost port: whether there is a stream to resume.</summary>
    private async Task<bool> FindAsync(ReceivedStream stream, CancellationToken timeout)
    {
        if (stream.Id is null && await AskAsync(new JsonObject { ["action"] = "list_streams" }, null, timeout) is { } list)
        {
            // No two streams of a client run at once, and of those that ended it knows the names.
            stream.Id = list["payload"]?["streams"]?.AsArray()
                .LastOrDefault(view => view!["requestId"]?.ToString() == RequestIdOf(_lastRequest - 1))?["streamId"]?.ToString();
        }

        return stream.Id is not null;
    }

    // What a user's extension does after an error: load, and where the engine crashes again and again, load afresh.
    private async Task LoadAsync(JsonObject? error, CancellationToken timeout)
    {
        if (error?["message"]?.ToString().Contains("in a row", StringComparison.Ordinal) == true)
        {
            await AskAsync(new JsonObject { ["action"] = "unload_model", ["modelPath"] = Repository.StoryModel }, null, timeout);
        }

        await AskAsync(Requests.LoadStoryModel(), null, timeout);
    }

    /// <param name="stream">Gets the request's events; null where they do not count.</param>
    /// <returns>The final frame; null where the front is gone.</returns>
    private async Task<JsonObject?> AskAsync(JsonObject request, ReceivedStream? stream, CancellationToken timeout)
    {
        _front ??= HostProcess.StartAsBrowser(home, HostProgram.Front, origin);
        var requestId = RequestIdOf(++_lastRequest);
        request["requestId"] = requestId;
        try
        {
            await _front.SendFrameAsync(request.ToJsonString(), timeout);
            while (await _front.ReceiveAsync(timeout) is { } frame)
            {
                if (frame["status"] is not null)
                {
                    Note(frame);
                    if (frame["requestId"]?.ToString() == requestId)
                    {
                        return frame;
                    }
                }
                else if (stream is not null)
                {
                    stream.Take(frame);
                    Interlocked.Increment(ref _eventsSeen);
                }
            }
        }
        catch (Exception e) when (e is IOException or HostFailedException && !timeout.IsCancellationRequested)
        {
            // It was killed inside a frame, or it has just gone: it must have ended, then.
        }

        await LeaveFrontAsync(timeout);
        return null;
    }

    private async Task LeaveFrontAsync(CancellationToken timeout)
    {
        try
        {
            await _front!.ExitAsync(ExitPatience, timeout);
        }
        catch (TimeoutException)
        {
            tally.Wrong($"Front {FrontPid} says nothing more, and is not gone.");
        }

        await _front!.DisposeAsync();
        _front = null;
    }

    private void Note(JsonObject final)
    {
        if (final["code"]?.ToString() is { } code)
        {
            tally.TypedError(code);
            if (!ExpectedErrors.Contains(code))
            {
                tally.Wrong(final.ToJsonString());
            }
        }
    }

    // Unlike those of any other client, or of a front before this one.
    private string RequestIdOf(int number) => $"{origin[^3..]}{number}";
}
