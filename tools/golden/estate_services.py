"""Containers, messages, logs, guards and people, on moto."""
import io
import json
import zipfile

TAGS = [{"Key": "Name", "Value": "golden"}, {"Key": "Owner", "Value": "platform"}]
SMALL_TAGS = [{"key": "Owner", "value": "platform"}]
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/golden-role"


def containers(client, made):
    ecs = client("ecs")
    ecs.create_cluster(clusterName="golden-cluster", tags=SMALL_TAGS)
    ecs.register_task_definition(
        family="golden-task", networkMode="awsvpc", cpu="256", memory="512", executionRoleArn=ROLE, tags=SMALL_TAGS,
        requiresCompatibilities=["FARGATE"], containerDefinitions=[
            {"name": "web", "image": "golden:1", "environment": [{"name": "PASSWORD", "value": "hunter2-in-ecs"}]}])
    ecs.create_service(cluster="golden-cluster", serviceName="golden-service", taskDefinition="golden-task",
                       desiredCount=1, launchType="FARGATE", tags=SMALL_TAGS, networkConfiguration={
                           "awsvpcConfiguration": {"subnets": made["subnets"], "securityGroups": [made["group"]]}})
    document = json.dumps({"instanceId": made["instance"], "accountId": ACCOUNT, "region": "eu-west-1"})
    ecs.register_container_instance(cluster="golden-cluster", instanceIdentityDocument=document)
    ecs.register_task_definition(family="golden-plain", networkMode="bridge", containerDefinitions=[
        {"name": "web", "image": "golden:1", "memory": 128, "cpu": 10}])
    ecs.run_task(cluster="golden-cluster", taskDefinition="golden-plain", launchType="EC2")


def images(client, made):
    del made
    ecr = client("ecr")
    ecr.create_repository(repositoryName="golden/web", tags=TAGS, imageTagMutability="IMMUTABLE")
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7,
                           "digest": "sha256:" + "1" * 64},
                "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 9,
                            "digest": "sha256:" + "2" * 64}]}
    ecr.put_image(repositoryName="golden/web", imageManifest=json.dumps(manifest), imageTag="1.0")


def kubernetes(client, made):
    eks = client("eks")
    eks.create_cluster(name="golden-kube", roleArn=ROLE, tags={"Owner": "platform"},
                       resourcesVpcConfig={"subnetIds": made["subnets"]})
    eks.create_nodegroup(clusterName="golden-kube", nodegroupName="golden-nodes", subnets=made["subnets"],
                         nodeRole=ROLE, tags={"Owner": "platform"})
    eks.create_fargate_profile(clusterName="golden-kube", fargateProfileName="golden-profile",
                               podExecutionRoleArn=ROLE, selectors=[{"namespace": "golden"}])


def batches(client, made):
    batch = client("batch")
    place = batch.create_compute_environment(
        computeEnvironmentName="golden-compute", type="UNMANAGED", state="ENABLED", serviceRole=ROLE)
    batch.create_job_queue(jobQueueName="golden-queue", state="ENABLED", priority=5, tags={"Owner": "platform"},
                           computeEnvironmentOrder=[
                               {"order": 1, "computeEnvironment": place["computeEnvironmentArn"]}])
    batch.register_job_definition(
        jobDefinitionName="golden-job", type="container", tags={"Owner": "platform"}, containerProperties={
            "image": "golden:1", "vcpus": 1, "memory": 128,
            "environment": [{"name": "PASSWORD", "value": "hunter2-in-batch"}]})
    del made


def messages(client, made):
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="golden-queue", tags={"Owner": "platform"})["QueueUrl"]
    sqs.create_queue(QueueName="golden-ordered.fifo", Attributes={"FifoQueue": "true"})
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    made["queue"] = queue
    sns = client("sns")
    topic = sns.create_topic(Name="golden", Tags=TAGS)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue)
    events = client("events")
    events.create_event_bus(Name="golden-bus", Tags=TAGS)
    events.put_rule(Name="golden-rule", EventBusName="golden-bus", State="ENABLED", Tags=TAGS,
                    EventPattern=json.dumps({"source": ["golden"]}))
    events.put_targets(Rule="golden-rule", EventBusName="golden-bus", Targets=[{"Id": "1", "Arn": queue}])
    events.create_connection(Name="golden-connection", AuthorizationType="BASIC", AuthParameters={
        "BasicAuthParameters": {"Username": "golden", "Password": "hunter2hunter2"}})
    client("scheduler").create_schedule(Name="golden-schedule", ScheduleExpression="rate(1 hour)",
                                        FlexibleTimeWindow={"Mode": "OFF"},
                                        Target={"Arn": queue, "RoleArn": ROLE})
    client("pipes").create_pipe(Name="golden-pipe", RoleArn=ROLE, Source=queue, Target=topic)
    client("stepfunctions").create_state_machine(
        name="golden-steps", roleArn=ROLE, tags=SMALL_TAGS,
        definition=json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}))


def logs(client, made):
    del made
    writer = client("logs")
    writer.create_log_group(logGroupName="/golden/log", tags={"Owner": "platform"})
    writer.put_retention_policy(logGroupName="/golden/log", retentionInDays=30)
    writer.put_metric_filter(logGroupName="/golden/log", filterName="errors", filterPattern="ERROR",
                             metricTransformations=[{"metricName": "errors", "metricNamespace": "golden",
                                                     "metricValue": "1"}])
    writer.put_subscription_filter(
        logGroupName="/golden/log", filterName="all", filterPattern="",
        destinationArn=f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:golden-function")
    writer.put_resource_policy(policyName="golden-policy", policyDocument=json.dumps({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "es.amazonaws.com"},
                                                "Action": "logs:PutLogEvents", "Resource": "*"}]}))
    client("cloudwatch").put_dashboard(DashboardName="golden-page", DashboardBody='{"widgets":[]}')
    s3 = client("s3")
    s3.create_bucket(Bucket="golden-trail", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    trail = client("cloudtrail")
    trail.create_trail(Name="golden-trail", S3BucketName="golden-trail", IsMultiRegionTrail=True, TagsList=TAGS)
    trail.start_logging(Name="golden-trail")


def functions(client, made):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("layer.py", "VALUE = 1\n")
    fun = client("lambda")
    fun.publish_layer_version(LayerName="golden-layer", Content={"ZipFile": code.getvalue()},
                              CompatibleRuntimes=["python3.12"])
    fun.create_event_source_mapping(FunctionName="golden-function", EventSourceArn=made["queue"], BatchSize=5)
    version = fun.publish_version(FunctionName="golden-function")["Version"]
    fun.create_alias(FunctionName="golden-function", Name="live", FunctionVersion=version)


def records(client, made):
    del made
    config = client("config")
    config.put_configuration_recorder(ConfigurationRecorder={
        "name": "default", "roleARN": ROLE, "recordingGroup": {"allSupported": True}})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": "golden-trail"})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    config.put_config_rule(ConfigRule={"ConfigRuleName": "golden-rule", "Source": {
        "Owner": "AWS", "SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}}, Tags=TAGS)
    config.put_configuration_aggregator(ConfigurationAggregatorName="golden-all", AccountAggregationSources=[
        {"AccountIds": [ACCOUNT], "AllAwsRegions": True}])


def guards(client, made):
    client("guardduty").create_detector(Enable=True, Tags={"Owner": "platform"})
    client("securityhub").enable_security_hub(EnableDefaultStandards=False)
    client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2", "ECR"])
    waf = client("wafv2")
    seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "golden"}
    waf.create_web_acl(Name="golden-acl", Scope="REGIONAL", DefaultAction={"Allow": {}}, VisibilityConfig=seen,
                       Tags=TAGS)
    waf.create_ip_set(Name="golden-set", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=["192.0.2.0/24"],
                      Tags=TAGS)
    waf.create_rule_group(Name="golden-rules", Scope="REGIONAL", Capacity=10, VisibilityConfig=seen, Tags=TAGS)
    shield = client("shield")
    shield.create_subscription()
    address = client("ec2").describe_addresses()["Addresses"][0]["AllocationId"]
    shield.create_protection(Name="golden-guard",
                             ResourceArn=f"arn:aws:ec2:eu-west-1:{ACCOUNT}:eip-allocation/{address}")
    del made


def secrets(client, made):
    del made
    keeper = client("secretsmanager")
    keeper.create_secret(Name="golden-secret", SecretString="hunter2-secret", Tags=TAGS)
    ssm = client("ssm")
    ssm.put_parameter(Name="/golden/password", Value="hunter2-parameter", Type="SecureString", Tags=TAGS)
    ssm.create_document(Name="golden-document", DocumentType="Command", Tags=TAGS, Content=json.dumps({
        "schemaVersion": "2.2", "description": "golden", "mainSteps": []}))
    ssm.create_maintenance_window(Name="golden-window", Schedule="cron(0 2 ? * SUN *)", Duration=2, Cutoff=1,
                                  AllowUnassociatedTargets=False, Tags=TAGS)
    ssm.create_patch_baseline(Name="golden-baseline", OperatingSystem="AMAZON_LINUX_2")
    client("acm").request_certificate(DomainName="www.golden.example", ValidationMethod="DNS", Tags=TAGS)
    client("acm-pca").create_certificate_authority(
        CertificateAuthorityType="ROOT", Tags=TAGS, CertificateAuthorityConfiguration={
            "KeyAlgorithm": "RSA_2048", "SigningAlgorithm": "SHA256WITHRSA", "Subject": {"CommonName": "golden"}})


def identities(client, made):
    del made
    iam = client("iam")
    iam.create_instance_profile(InstanceProfileName="golden-profile", Tags=TAGS)
    iam.add_role_to_instance_profile(InstanceProfileName="golden-profile", RoleName="golden-role")
    iam.create_saml_provider(Name="golden-login", SAMLMetadataDocument="a" * 1024)
    iam.create_open_id_connect_provider(Url="https://token.golden.example", ClientIDList=["sts.amazonaws.com"],
                                        ThumbprintList=["a" * 40], Tags=TAGS)
    iam.create_virtual_mfa_device(VirtualMFADeviceName="golden-device")
    iam.upload_server_certificate(ServerCertificateName="golden-certificate", CertificateBody="body",
                                  PrivateKey="key")


def organization(client, made):
    del made
    top = client("organizations")
    top.create_organization(FeatureSet="ALL")
    root = top.list_roots()["Roots"][0]["Id"]
    unit = top.create_organizational_unit(ParentId=root, Name="golden-unit")["OrganizationalUnit"]["Id"]
    policy = top.create_policy(Name="golden-policy", Type="SERVICE_CONTROL_POLICY", Description="golden",
                               Content=json.dumps({"Version": "2012-10-17", "Statement": [
                                   {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}))["Policy"]
    top.attach_policy(PolicyId=policy["PolicySummary"]["Id"], TargetId=unit)
    sso = client("sso-admin")
    place = sso.list_instances()["Instances"]
    instance = place[0]["InstanceArn"]
    sso.create_permission_set(Name="golden-set", InstanceArn=instance, Description="golden", Tags=TAGS,
                              SessionDuration="PT1H")
    people = client("identitystore")
    people.create_user(IdentityStoreId=place[0]["IdentityStoreId"], UserName="golden", DisplayName="Golden",
                       Name={"GivenName": "Gold", "FamilyName": "En"})
    people.create_group(IdentityStoreId=place[0]["IdentityStoreId"], DisplayName="golden-group")


def users(client, made):
    del made
    pools = client("cognito-idp")
    pool = pools.create_user_pool(PoolName="golden-pool", UserPoolTags={"Owner": "platform"})["UserPool"]["Id"]
    pools.create_user_pool_client(UserPoolId=pool, ClientName="golden-client", GenerateSecret=True)
    client("cognito-identity").create_identity_pool(IdentityPoolName="golden-identities",
                                                    AllowUnauthenticatedIdentities=False)
    client("appsync").create_graphql_api(name="golden-graph", authenticationType="API_KEY",
                                         tags={"Owner": "platform"})
    client("sesv2").create_email_identity(EmailIdentity="golden.example", Tags=TAGS)


def desks(client, made):
    directory = client("ds").create_directory(
        Name="golden.example", Password="Hunter2hunter2", Size="Small", Tags=TAGS,
        VpcSettings={"VpcId": made["vpc"], "SubnetIds": made["subnets"]})["DirectoryId"]
    desks_client = client("workspaces")
    desks_client.register_workspace_directory(DirectoryId=directory, SubnetIds=made["subnets"], Tags=TAGS)
    desks_client.create_workspaces(Workspaces=[
        {"DirectoryId": directory, "UserName": "golden", "BundleId": "wsb-bh8rsxt14", "Tags": TAGS}])


def making(client, made):
    del made
    client("codebuild").create_project(
        name="golden-build", serviceRole=ROLE, tags=SMALL_TAGS, source={"type": "S3", "location": "golden-full/src"},
        artifacts={"type": "NO_ARTIFACTS"}, environment={
            "type": "LINUX_CONTAINER", "image": "aws/codebuild/standard:7.0", "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "PASSWORD", "value": "hunter2-in-build", "type": "PLAINTEXT"}]})
    action = {"actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
              "name": "take", "configuration": {"S3Bucket": "golden-full", "S3ObjectKey": "src"},
              "outputArtifacts": [{"name": "src"}]}
    build = {"actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
             "name": "build", "configuration": {"ProjectName": "golden-build"},
             "inputArtifacts": [{"name": "src"}]}
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "codepipeline.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
    role = client("iam").create_role(RoleName="golden-pipeline", AssumeRolePolicyDocument=json.dumps(trust))
    client("codepipeline").create_pipeline(tags=SMALL_TAGS, pipeline={
        "name": "golden-pipe", "roleArn": role["Role"]["Arn"],
        "artifactStore": {"type": "S3", "location": "golden-full"},
        "stages": [{"name": "Source", "actions": [action]}, {"name": "Build", "actions": [build]}]})
    client("codedeploy").create_application(applicationName="golden-app", computePlatform="Server")
    beans = client("elasticbeanstalk")
    beans.create_application(ApplicationName="golden-app")
    beans.create_environment(ApplicationName="golden-app", EnvironmentName="golden-env", Tags=TAGS,
                             SolutionStackName="64bit Amazon Linux 2 v3.5.0 running Python 3.8")


def owners(client, made):
    del made
    client("budgets").create_budget(AccountId=ACCOUNT, Budget={
        "BudgetName": "golden-budget", "BudgetType": "COST", "TimeUnit": "MONTHLY",
        "BudgetLimit": {"Amount": "100", "Unit": "USD"}})
    client("resource-groups").create_group(Name="golden-group", Tags={"Owner": "platform"}, ResourceQuery={
        "Type": "TAG_FILTERS_1_0", "Query": json.dumps({"ResourceTypeFilters": ["AWS::AllSupported"],
                                                        "TagFilters": [{"Key": "Owner", "Values": ["platform"]}]})})
    client("servicecatalog").create_portfolio(DisplayName="golden-portfolio", ProviderName="platform",
                                              IdempotencyToken="golden", Tags=TAGS)
    client("amp").create_workspace(alias="golden-metrics", tags={"Owner": "platform"})


STEPS = [images, containers, kubernetes, batches, messages, logs, functions, records, guards, secrets, identities,
         organization, users, desks, making, owners]
