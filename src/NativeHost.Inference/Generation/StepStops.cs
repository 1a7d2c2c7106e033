namespace NativeHost.Inference.Generation;

/// <summary>Ends the step under way early once nobody waits for it any more.</summary>
/// <remarks>
/// A raised signal breaks the step of all that are in it. So a stop of one of several is seen after the step, and the last stop of
/// them ends it. Safe to call from any thread, but <see cref="Begin"/> and <see cref="End"/> are the scheduler's.
/// </remarks>
/// <param name="abort">The engine's; raised and lowered by nobody else.</param>
internal sealed class StepStops(AbortSignal abort)
{
    private readonly Lock _gate = new();
    private int _wanted;
    private bool _isClosed;

    public AbortSignal Abort => abort;

    /// <summary>Tells that a step begins.</summary>
    public void Begin(List<ActiveGeneration> members)
    {
        lock (_gate)
        {
            abort.Lower();
            _wanted = 0;
            foreach (var member in members)
            {
                if (member.Pending.Membership == StepMembership.Outside)
                {
                    member.Pending.Membership = StepMembership.Inside;
                    _wanted++;
                }
            }

            RaiseIfUnwanted();
        }
    }

    /// <summary>Tells that the step has ended.</summary>
    public void End(List<ActiveGeneration> members)
    {
        lock (_gate)
        {
            foreach (var member in members)
            {
                if (member.Pending.Membership == StepMembership.Inside)
                {
                    member.Pending.Membership = StepMembership.Outside;
                }
            }
        }
    }

    /// <summary>Tells that a generation needs no further steps.</summary>
    public void Request(PendingGeneration generation)
    {
        lock (_gate)
        {
            var wasInside = generation.Membership == StepMembership.Inside;
            generation.Membership = StepMembership.Stopped;
            if (wasInside)
            {
                _wanted--;
                RaiseIfUnwanted();
            }
        }
    }

    /// <summary>Tells that no step is needed any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            RaiseIfUnwanted();
        }
    }

    private void RaiseIfUnwanted()
    {
        if (_wanted == 0 || _isClosed)
        {
            abort.Raise();
        }
    }
}

/// <summary>Where a generation stands in the step under way.</summary>
internal enum StepMembership
{
    /// <summary>It is not in it.</summary>
    Outside,

    /// <summary>It waits for it.</summary>
    Inside,

    /// <summary>It was stopped, and waits for nothing.</summary>
    Stopped,
}
