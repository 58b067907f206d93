<#
.SYNOPSIS
Builds and deploys Meeting Bot: both images, both task definitions, the controller's service.

.DESCRIPTION
1. Looks whether everything is there: tools, account, a clean tree, the service.
2. Builds the two images for one platform and pushes them under the commit they were built from.
3. Registers a new revision of each task definition with the image's digest; all else stays as it is.
4. Updates the controller's service, waits, and looks whether that revision is what runs: ECS goes back by itself where
   it does not start, and then this script says so and ends with 1.
5. Notes the images in the SSM parameters that the CloudFormation stack reads.
The recorder has no service: the controller starts the newest revision for each new attempt. Recorders that are in a
meeting finish on the revision they were started with.

.PARAMETER AccountId
The AWS account that is meant. The script ends when the credentials are of another one.

.PARAMETER Region
The AWS region of the stack.

.PARAMETER Name
The name of the installation, as in the stack's configuration.

.PARAMETER Cluster
The ECS cluster of the controller's service.

.PARAMETER Platform
The platform of the images; the same as the task definitions'.

.PARAMETER ImageTag
The tag of the images. By default the short hash of the commit. With -SkipBuild: a tag that was pushed before, which is how
one goes back.

.PARAMETER TimeoutMinutes
How long to wait for the service.

.PARAMETER SkipBuild
Deploy images that are in the repositories already.

.PARAMETER AllowDirty
Build from a tree with changes that are not committed. The tag then ends in -dirty and the time.

.PARAMETER ImagesOnly
The first time, before the stack has a service that runs: build, push and note the images, no more.

.EXAMPLE
./infra/DeployBot.ps1 -AccountId 111122223333 -Region us-east-1 -WhatIf
Says what would be done.

.EXAMPLE
./infra/DeployBot.ps1 -AccountId 111122223333 -Region us-east-1 -SkipBuild -ImageTag 1a2b3c4d5e6f
Goes back to images that were deployed before.
#>
#Requires -Version 5.1
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'High')]
param(
    [Parameter(Mandatory = $true)]
    [ValidatePattern('^[0-9]{12}$')]
    [string]$AccountId,

    [Parameter(Mandatory = $true)]
    [ValidatePattern('^[a-z]{2}(-[a-z]+)+-[0-9]$')]
    [string]$Region,

    [ValidatePattern('^[a-z][a-z0-9-]{1,20}$')]
    [string]$Name = 'meetingbot',

    [ValidatePattern('^[A-Za-z0-9_-]{1,255}$')]
    [string]$Cluster = 'helloworld3-cluster',

    [ValidateSet('linux/amd64', 'linux/arm64')]
    [string]$Platform = 'linux/amd64',

    [ValidatePattern('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$')]
    [string]$ImageTag,

    [ValidateRange(1, 60)]
    [int]$TimeoutMinutes = 20,

    [switch]$SkipBuild,

    [switch]$AllowDirty,

    [switch]$ImagesOnly
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# What describe-task-definition says of a revision and register-task-definition does not take.
$ReadOnlyFields = @(
    'taskDefinitionArn', 'revision', 'status', 'requiresAttributes', 'compatibilities', 'registeredAt', 'registeredBy',
    'deregisteredAt', 'deleteRequestedAt'
)
$PollSeconds = 15
$Root = Split-Path -Parent $PSScriptRoot
$Scratch = Join-Path ([System.IO.Path]::GetTempPath()) ('deploybot-' + [Guid]::NewGuid().ToString('N'))

# A program that fails does not stop a script by itself: its exit code has to be looked at.
function Invoke-Native {
    param(
        [Parameter(Mandatory = $true)]
        [string]$Program,
        [Parameter(Mandatory = $true)]
        [string[]]$Arguments
    )
    $output = & $Program $Arguments
    if ($LASTEXITCODE -ne 0) {
        throw ("{0} {1} ended with {2}" -f $Program, ($Arguments[0..1] -join ' '), $LASTEXITCODE)
    }
    return $output
}

function Invoke-Aws {
    param(
        [Parameter(Mandatory = $true)]
        [string[]]$Arguments
    )
    $text = Invoke-Native -Program 'aws' -Arguments ($Arguments + @('--region', $Region, '--output', 'json', '--no-cli-pager'))
    if (-not $text) {
        return $null
    }
    return (($text -join "`n") | ConvertFrom-Json)
}

# JSON goes to programs in files: PowerShell 5.1 drops the quotes inside of an argument.
function Write-JsonFile {
    param(
        [Parameter(Mandatory = $true)]
        [object]$Value,
        [Parameter(Mandatory = $true)]
        [string]$FileName
    )
    $path = Join-Path $Scratch $FileName
    $json = ConvertTo-Json -InputObject $Value -Depth 32
    [System.IO.File]::WriteAllText($path, $json, (New-Object System.Text.UTF8Encoding($false)))
    return ('file://' + $path.Replace('\', '/'))
}

function Write-Step {
    param(
        [Parameter(Mandatory = $true)]
        [string]$Message
    )
    Write-Information -MessageData $Message -InformationAction Continue
}

function Assert-Ready {
    foreach ($program in @('aws', 'git', 'docker')) {
        $isNeeded = ($program -ne 'docker') -or (-not $SkipBuild)
        if ($isNeeded -and (-not (Get-Command -Name $program -ErrorAction SilentlyContinue))) {
            throw "$program is missing: install it first"
        }
    }
    $identity = Invoke-Aws -Arguments @('sts', 'get-caller-identity')
    if ($identity.Account -ne $AccountId) {
        throw "expected account $AccountId, got credentials of $($identity.Account)"
    }
}

function Get-BuildTag {
    if ($ImageTag) {
        return $ImageTag
    }
    if ($SkipBuild) {
        throw '-SkipBuild needs -ImageTag: which images?'
    }
    $commit = (Invoke-Native -Program 'git' -Arguments @('-C', $Root, 'rev-parse', '--short=12', 'HEAD'))
    $changes = (Invoke-Native -Program 'git' -Arguments @('-C', $Root, 'status', '--porcelain'))
    if (-not $changes) {
        return $commit
    }
    if (-not $AllowDirty) {
        throw 'there are changes that are not committed: commit them, or use -AllowDirty'
    }
    return ('{0}-dirty-{1}' -f $commit, (Get-Date -Format 'yyyyMMddHHmmss'))
}

# The whole pipe runs in the system's own shell: PowerShell 5.1 changes the bytes of text that it pipes to a program.
function Connect-Registry {
    param(
        [Parameter(Mandatory = $true)]
        [string]$Registry
    )
    $line = "aws ecr get-login-password --region $Region | docker login --username AWS --password-stdin $Registry"
    if ($env:OS -eq 'Windows_NT') {
        Invoke-Native -Program 'cmd' -Arguments @('/c', $line) | Out-Null
    }
    else {
        Invoke-Native -Program 'sh' -Arguments @('-c', $line) | Out-Null
    }
}

function Get-ImageDigest {
    param(
        [Parameter(Mandatory = $true)]
        [string]$Repository,
        [Parameter(Mandatory = $true)]
        [string]$Tag
    )
    $found = Invoke-Aws -Arguments @('ecr', 'batch-get-image', '--repository-name', $Repository, '--image-ids', "imageTag=$Tag")
    if (@($found.images).Count -eq 0) {
        return $null
    }
    return @($found.images)[0].imageId.imageDigest
}

function Publish-Image {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true)]
        [string]$Target,
        [Parameter(Mandatory = $true)]
        [string]$Registry,
        [Parameter(Mandatory = $true)]
        [string]$Tag
    )
    $repository = "$Name-$Target"
    $digest = Get-ImageDigest -Repository $repository -Tag $Tag
    if ($digest) {
        Write-Step "$repository`:$Tag is there already: $digest"
        return "$Registry/$repository@$digest"
    }
    if ($SkipBuild) {
        throw "there is no image ${repository}:$Tag"
    }
    if (-not $PSCmdlet.ShouldProcess("${repository}:$Tag", 'build and push')) {
        return "$Registry/${repository}:$Tag"
    }
    Invoke-Native -Program 'docker' -Arguments @(
        'buildx', 'build', '--platform', $Platform, '--target', $Target, '--push',
        '--file', (Join-Path $Root 'infra/docker/Dockerfile.production'),
        '--build-arg', "REVISION=$Tag", '--tag', "$Registry/${repository}:$Tag", $Root
    ) | Out-Null
    $digest = Get-ImageDigest -Repository $repository -Tag $Tag
    if (-not $digest) {
        throw "${repository}:$Tag was pushed and is not there"
    }
    return "$Registry/$repository@$digest"
}

# A new revision that differs in one container's image. Tags are not part of the definition that is described: without
# them the controller may not stop the tasks.
function Register-Revision {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true)]
        [string]$Family,
        [Parameter(Mandatory = $true)]
        [string]$Container,
        [Parameter(Mandatory = $true)]
        [string]$Image
    )
    $described = Invoke-Aws -Arguments @('ecs', 'describe-task-definition', '--task-definition', $Family, '--include', 'TAGS')
    $definition = $described.taskDefinition
    $current = $definition.taskDefinitionArn
    $mine = @($definition.containerDefinitions | Where-Object { $_.name -eq $Container })
    if ($mine.Count -ne 1) {
        throw "$current has no container $Container"
    }
    $before = $mine[0].image
    if ($before -eq $Image) {
        Write-Step "$current has that image already"
        return $current
    }
    $mine[0].image = $Image
    $request = @{}
    foreach ($property in $definition.PSObject.Properties) {
        if ($ReadOnlyFields -notcontains $property.Name) {
            $request[$property.Name] = $property.Value
        }
    }
    if (@($described.tags).Count -gt 0) {
        $request['tags'] = @($described.tags)
    }
    if (-not $PSCmdlet.ShouldProcess($Family, "register a revision with $Image")) {
        return $current
    }
    $file = Write-JsonFile -Value $request -FileName "$Family.json"
    $registered = Invoke-Aws -Arguments @('ecs', 'register-task-definition', '--cli-input-json', $file)
    Write-Step "$Family`: $before"
    Write-Step "  is now $Image"
    Write-Step "  in $($registered.taskDefinition.taskDefinitionArn)"
    return $registered.taskDefinition.taskDefinitionArn
}

function Get-Service {
    $answer = Invoke-Aws -Arguments @('ecs', 'describe-services', '--cluster', $Cluster, '--services', "$Name-controller")
    $services = @($answer.services | Where-Object { $_.status -eq 'ACTIVE' })
    if ($services.Count -ne 1) {
        throw "there is no service $Name-controller in $Cluster"
    }
    return $services[0]
}

# Stable is not enough: a deployment that was rolled back is stable, too. What counts is whose revision is primary.
function Wait-Deployment {
    param(
        [Parameter(Mandatory = $true)]
        [string]$TaskDefinition
    )
    $deadline = (Get-Date).AddMinutes($TimeoutMinutes)
    while ((Get-Date) -lt $deadline) {
        $service = Get-Service
        $primary = @($service.deployments | Where-Object { $_.status -eq 'PRIMARY' })[0]
        if ($primary.taskDefinition -ne $TaskDefinition) {
            Show-Failure -Service $service
            throw "rolled back: $($primary.taskDefinition) runs, not $TaskDefinition"
        }
        if ($primary.rolloutState -eq 'COMPLETED') {
            Write-Step "$($primary.runningCount) of $($primary.desiredCount) controllers run $TaskDefinition"
            return
        }
        if ($primary.rolloutState -eq 'FAILED') {
            Show-Failure -Service $service
            throw "failed: $($primary.rolloutStateReason)"
        }
        Write-Step "$($primary.runningCount) of $($primary.desiredCount) controllers run, $($primary.rolloutState)"
        Start-Sleep -Seconds $PollSeconds
    }
    Show-Failure -Service (Get-Service)
    throw "not done within $TimeoutMinutes minutes; it goes on by itself, and back by itself where it fails"
}

function Show-Failure {
    param(
        [Parameter(Mandatory = $true)]
        [object]$Service
    )
    foreach ($occurrence in @($Service.events | Select-Object -First 10)) {
        Write-Warning ("{0} {1}" -f $occurrence.createdAt, $occurrence.message)
    }
    $listed = Invoke-Aws -Arguments @('ecs', 'list-tasks', '--cluster', $Cluster, '--family', "$Name-controller", '--desired-status', 'STOPPED')
    if (@($listed.taskArns).Count -eq 0) {
        return
    }
    $last = @($listed.taskArns | Select-Object -First 5)
    $stopped = Invoke-Aws -Arguments (@('ecs', 'describe-tasks', '--cluster', $Cluster, '--tasks') + $last)
    foreach ($task in @($stopped.tasks)) {
        Write-Warning ("stopped: {0}" -f $task.stoppedReason)
    }
}

function Save-Image {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true)]
        [string]$Target,
        [Parameter(Mandatory = $true)]
        [string]$Image
    )
    $parameter = "/$Name/$Target-image"
    if ($PSCmdlet.ShouldProcess($parameter, "note $Image")) {
        Invoke-Aws -Arguments @('ssm', 'put-parameter', '--name', $parameter, '--type', 'String', '--value', $Image, '--overwrite') | Out-Null
    }
}

function Update-Bot {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param(
        [Parameter(Mandatory = $true)]
        [hashtable]$Images
    )
    $before = (Get-Service).taskDefinition
    # The recorder first: it has no service, and a controller of the new code may need it.
    $recorder = Register-Revision -Family "$Name-recorder" -Container 'recorder' -Image $Images['recorder']
    $controller = Register-Revision -Family "$Name-controller" -Container 'controller' -Image $Images['controller']
    Write-Step "new attempts are recorded by $recorder; recorders in a meeting finish on theirs"
    if ($controller -eq $before) {
        Write-Step "the service runs $controller already"
        return
    }
    if ($PSCmdlet.ShouldProcess("$Name-controller in $Cluster", "update from $before to $controller")) {
        Invoke-Aws -Arguments @('ecs', 'update-service', '--cluster', $Cluster, '--service', "$Name-controller", '--task-definition', $controller) | Out-Null
        Wait-Deployment -TaskDefinition $controller
        Write-Step "was $before"
        Write-Step "is  $controller"
    }
}

New-Item -ItemType Directory -Path $Scratch -WhatIf:$false -Confirm:$false | Out-Null
try {
    Assert-Ready
    $tag = Get-BuildTag
    $registry = "$AccountId.dkr.ecr.$Region.amazonaws.com"
    if ((-not $SkipBuild) -and $PSCmdlet.ShouldProcess($registry, 'log in')) {
        Connect-Registry -Registry $registry
    }
    $images = @{}
    foreach ($target in @('controller', 'recorder')) {
        $images[$target] = Publish-Image -Target $target -Registry $registry -Tag $tag
    }
    if (-not $ImagesOnly) {
        Update-Bot -Images $images
    }
    # Last: what is noted is what runs.
    foreach ($target in @('controller', 'recorder')) {
        Save-Image -Target $target -Image $images[$target]
    }
}
finally {
    Remove-Item -Path $Scratch -Recurse -Force -WhatIf:$false -Confirm:$false
}
