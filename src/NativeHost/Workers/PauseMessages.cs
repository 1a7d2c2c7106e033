namespace NativeHost.Workers;

/// <summary>Tells a worker whether a generation shall wait: the last state always, and those before it as far as there is time.</summary>
/// <remarks>Safe to call from any thread. Nothing is sent on the caller's: a worker that does not read must hold nobody.</remarks>
/// <param name="current">Whether it shall wait.</param>
/// <param name="send">Sends that.</param>
internal sealed class PauseMessages(Func<bool> current, Func<bool, Task> send)
{
    private readonly Lock _gate = new();
    private bool _told;
    private bool _isSending;

    /// <summary>Tells what is so now, where it is not what was told last.</summary>
    public void Send()
    {
        lock (_gate)
        {
            if (_isSending)
            {
                return;
            }

            _isSending = true;
        }

        _ = Task.Run(SendAsync);
    }

    private async Task SendAsync()
    {
        while (true)
        {
            bool state;
            lock (_gate)
            {
                state = current();
                if (state == _told)
                {
                    _isSending = false;
                    return;
                }

                _told = state;
            }

            await send(state);
        }
    }
}
