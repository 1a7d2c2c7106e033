using NativeHost.Inference.Chat;
using NativeHost.Inference.Prefixes;

namespace NativeHost.Inference.Generation;

/// <summary>The one generation loop: gives generations sequences of the model, and takes all of them on by a step at a time.</summary>
/// <remarks>
/// Prompts and answers go through the model together, whoever asked: each step is the next token of every answer and parts of the
/// prompts. A generation whose reader is far behind is left out. Where the model's room is full, what earlier generations left is
/// dropped first; then the generation that came last gives its sequence back, and goes on when there is room.
/// Not thread-safe: it belongs to the thread that drives the model.
/// </remarks>
internal sealed class GenerationLoop
{
    // Bounds how long a stop waits for an engine that cannot be interrupted inside a step.
    private const int LongestPrefillStep = 512;

    private readonly ILanguageModel _model;
    private readonly StepStops _stops;
    private readonly TimeProvider _time;
    private readonly PromptReader _prompts;
    private readonly SequenceCaches _caches;
    private readonly PrefillPace _pace;
    private readonly BatchPlanner _planner;
    private readonly StepBatch _batch;
    private readonly byte[] _piece;
    private readonly PrefixStore? _prefixes;

    // Those that have a sequence, in the order in which they got it; those that wait for one, the first first.
    private readonly List<ActiveGeneration> _running = [];
    private readonly List<ActiveGeneration> _waiting = [];
    private readonly List<ActiveGeneration> _members = [];

    /// <param name="prefixes">Where computed prompts are kept; null for nowhere.</param>
    public GenerationLoop(ILanguageModel model, PromptBuilder prompts, StepStops stops, TimeProvider time, PrefixStore? prefixes = null)
    {
        _prefixes = prefixes;
        _model = model;
        _stops = stops;
        _time = time;
        _prompts = new PromptReader(model, prompts, time);
        var stepTokens = Math.Min(model.BatchTokens, LongestPrefillStep);

        // A step has room for each answer's token and for some of a prompt.
        _caches = new SequenceCaches(model, Math.Clamp(stepTokens / 2, 1, model.SequenceCount));
        _pace = new PrefillPace();
        _planner = new BatchPlanner(stepTokens, Math.Min(model.DraftTokens, PromptLookup.LongestGuess), _pace);
        _batch = new StepBatch(stepTokens);
        _piece = new byte[model.Tokenizer.MaxPieceBytes];
    }

    /// <summary>Gives sequences to generations that wait, as far as there are sequences and room.</summary>
    public void Admit(GenerationQueue queue)
    {
        EndStopped();
        queue.Tidy();
        while (Next(queue) is { } next && (_caches.HasIdle || TryPauseUnread()) && HasRoomFor(next))
        {
            _waiting.Remove(next);
            Seat(next);
        }
    }

    /// <summary>Computes one step.</summary>
    /// <returns>False where there is nothing to compute: no generation, or no reader that keeps up.</returns>
    public bool Step()
    {
        _planner.Plan(_running, _batch, _members);
        if (_members.Count == 0)
        {
            return false;
        }

        var started = _time.GetTimestamp();
        var outcome = Compute();
        var seconds = _time.GetElapsedTime(started).TotalSeconds;
        if (outcome == StepOutcome.Done)
        {
            _pace.Observe(_batch.Count, seconds);
        }

        for (var i = 0; i < _members.Count; i++)
        {
            switch (outcome)
            {
                case StepOutcome.Done:
                    Advance(_members[i], i, seconds);
                    break;
                case StepOutcome.Aborted:
                    End(_members[i], StopReason.Stopped);
                    break;
            }
        }

        if (outcome == StepOutcome.ContextFull)
        {
            _members.ForEach(static member => member.TakeBack());
            MakeRoom();
        }

        _members.Clear();
        return true;
    }

    /// <summary>Whether there is something to keep for the next start.</summary>
    public bool HasUnsaved => _prefixes is not null && _caches.FindUnsaved() is not null;

    /// <summary>Keeps one sequence for the next start.</summary>
    public void SaveNext() => _caches.FindUnsaved()?.SaveTo(_prefixes!);

    /// <summary>Ends all generations.</summary>
    public void StopAll()
    {
        _running.ForEach(static generation => generation.Pending.Stop());
        _waiting.ForEach(static generation => generation.Pending.Stop());
        EndStopped();
    }

    /// <returns>What the step came to; null where it failed, and those who were in it with it.</returns>
    private StepOutcome? Compute()
    {
        _stops.Begin(_members);
        _caches.Distrust();
        try
        {
            var outcome = _model.Step(_batch, _stops.Abort);
            for (var i = 0; i < _members.Count; i++)
            {
                _members[i].Cache!.TakeUp(_batch.TokensOf(_batch.RunAt(i)));
            }

            _caches.TakeUpOthers();
            return outcome;
        }
#pragma warning disable CA1031 // Whatever a step fails with belongs to the readers of its generations; the model serves the next ones.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // No lambda: its closure would be made with every step.
            foreach (var member in _members)
            {
                Fail(member, failure);
            }

            // What the others had in their sequences is lost too.
            while (_running.Count > 0)
            {
                Pause(_running[^1]);
            }

            return null;
        }
        finally
        {
            _stops.End(_members);
        }
    }

    private void Advance(ActiveGeneration member, int number, double seconds)
    {
        try
        {
            if (member.Advance(_model, number, seconds, _piece, _time) is { } reason)
            {
                End(member, reason);
            }
        }
#pragma warning disable CA1031 // Whatever a generation fails with belongs to its reader; the others go on.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Fail(member, failure);
        }
    }

    /// <summary>Drops what is not needed after a step that the model had no room for; it is tried again then.</summary>
    private void MakeRoom()
    {
        if (_caches.TryDropOldest())
        {
            return;
        }

        if (_running.Count > 1)
        {
            Pause(_running[^1]);
            return;
        }

        // It has all the room there is.
        var last = _members[0];
        if (last.Run.Tokens.Count > 0)
        {
            End(last, StopReason.ContextFull);
        }
        else
        {
            Fail(last, new ContextFullException(_model.ContextTokens, last.Run.Prompt.Count + 1));
        }
    }

    /// <summary>Finds who is next: who waits for a sequence, or else the first of the queue.</summary>
    /// <returns>Null where nobody can go on, or there can be no sequence.</returns>
    private ActiveGeneration? Next(GenerationQueue queue)
    {
        while (true)
        {
            var following = 0;
            foreach (var waiting in _waiting)
            {
                if (waiting.HasReader)
                {
                    if (!IsFollowing(waiting))
                    {
                        return waiting;
                    }

                    following++;
                }
            }

            var mayTake = following < _caches.Count && (_caches.HasIdle || _running.Exists(static generation => !generation.HasReader));
            if (!mayTake || queue.Take() is not { } pending)
            {
                return null;
            }

            Read(pending);
        }
    }

    /// <summary>Whether another generation of the owner is just computing the start of this one's prompt: its sequence can be copied soon.</summary>
    private bool IsFollowing(ActiveGeneration waiting)
    {
        if (waiting.Leader is { } leader && _running.Contains(leader) && leader.IsAtPrompt && leader.HasReader)
        {
            return leader.Cache!.Count < waiting.LeaderTokens;
        }

        waiting.Leader = null;
        if (!_caches.CanFork || !waiting.IsAtPrompt)
        {
            return false;
        }

        foreach (var running in _running)
        {
            var shared = running.IsAtPrompt && running.HasReader ? running.SharedPrompt(waiting) : 0;
            if (shared - PrefillPace.LeastTokens >= Math.Max(running.Cache!.Count, _caches.MostShared(waiting.Run.Prompt, waiting.Run.Request.Owner)))
            {
                (waiting.Leader, waiting.LeaderTokens) = (running, shared);
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a generation in that waits for a sequence from now on.</summary>
    private void Read(PendingGeneration pending)
    {
        if (!pending.TryStart(_stops))
        {
            return;
        }

        try
        {
            var generation = _prompts.Read(pending);
            if (pending.StopRequested)
            {
                generation.Finish(StopReason.Stopped, _time);
            }
            else
            {
                _waiting.Add(generation);
            }
        }
#pragma warning disable CA1031 // Whatever a generation fails with belongs to its reader; the model serves the next one.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            pending.Fail(failure);
        }
    }

    private bool HasRoomFor(ActiveGeneration next)
    {
        long room = next.Room;
        foreach (var running in _running)
        {
            room += running.Room;
        }

        return _running.Count == 0 || room <= _model.CacheTokens;
    }

    private void Seat(ActiveGeneration next)
    {
        try
        {
            next.Enter(_caches.Take(next.KnownTokens(), next.Run.Request.Owner, _prefixes));
            _running.Add(next);
        }
#pragma warning disable CA1031 // Whatever a generation fails with belongs to its reader; the model serves the next one.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            next.Pending.Fail(failure);
        }
    }

    /// <summary>Takes the sequence of a generation that nobody reads, because others wait for one.</summary>
    private bool TryPauseUnread()
    {
        var unread = _running.Find(static generation => !generation.HasReader);
        if (unread is not null)
        {
            Pause(unread);
        }

        return unread is not null;
    }

    private void Pause(ActiveGeneration generation)
    {
        Vacate(generation);

        // It came before all that wait.
        _waiting.Insert(0, generation);
    }

    private void EndStopped()
    {
        for (var i = _running.Count - 1; i >= 0; i--)
        {
            if (_running[i].Pending.StopRequested)
            {
                End(_running[i], StopReason.Stopped);
            }
        }

        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i].Pending.StopRequested)
            {
                _waiting[i].Finish(StopReason.Stopped, _time);
                _waiting.RemoveAt(i);
            }
        }
    }

    private void End(ActiveGeneration generation, StopReason reason)
    {
        Vacate(generation);
        generation.Finish(reason, _time);
    }

    private void Fail(ActiveGeneration generation, Exception failure)
    {
        Vacate(generation);
        generation.Pending.Fail(failure);
    }

    private void Vacate(ActiveGeneration generation)
    {
        _running.Remove(generation);
        if (generation.Cache is { } cache)
        {
            _caches.Touch(cache);
        }

        generation.Leave();
    }
}
